using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace CanThoGov.Platform.Security;

/// <summary>The key with which this machine signs its own tokens: ECDSA P-256 in a PEM file that only its owner can read.</summary>
public sealed class SigningKey : IDisposable
{
    static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(10);
    readonly ECDsa _key;

    SigningKey(ECDsa key)
    {
        _key = key;
        // A factory of its own: the default one, shared by the process, would go on using the key of a host that has stopped.
        SecurityKey = new ECDsaSecurityKey(key) { CryptoProviderFactory = new CryptoProviderFactory() };
        SecurityKey.KeyId = Base64UrlEncoder.Encode(SecurityKey.ComputeJwkThumbprint());
    }

    public ECDsaSecurityKey SecurityKey { get; }

    /// <summary>
    /// Reads the key, or makes it if there is none. Processes that start at once agree on one: the file is made under a lock and
    /// appears whole.
    /// </summary>
    /// <exception cref="InvalidDataException">The file holds no P-256 private key.</exception>
    public static SigningKey Open(string file)
    {
        var path = Path.GetFullPath(file);
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using (Lock(path + ".lock"))
            {
                if (!File.Exists(path))
                    Make(path);
            }
        }

        return new SigningKey(Read(path));
    }

    public void Dispose() => _key.Dispose();

    static ECDsa Read(string path)
    {
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path) != OwnerOnly)
            File.SetUnixFileMode(path, OwnerOnly);   // a copied or restored file easily comes back readable by all

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            if (key.ExportParameters(includePrivateParameters: true) is { D: not null, Curve.Oid.Value: "1.2.840.10045.3.1.7" })
                return key;
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new InvalidDataException($"'{path}' holds no P-256 private key in PEM form.", exception);
        }

        key.Dispose();
        throw new InvalidDataException($"'{path}' holds a key that is not P-256.");
    }

    static void Make(string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var temporary = path + ".new";
        File.Delete(temporary);   // left by a process that was killed while it held the lock
        using (var stream = new FileStream(temporary, Options(FileMode.CreateNew)))
        using (var writer = new StreamWriter(stream))
        {
            writer.WriteLine(key.ExportPkcs8PrivateKeyPem());
            writer.Flush();
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path);
    }

    /// <summary>The system gives the lock up when its process ends, however it ends; the empty file stays.</summary>
    static FileStream Lock(string path)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, Options(FileMode.OpenOrCreate));
            }
            catch (IOException) when (TimeProvider.System.GetElapsedTime(start) < LockPatience)
            {
                Thread.Sleep(10);
            }
        }
    }

    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return options;
    }
}
