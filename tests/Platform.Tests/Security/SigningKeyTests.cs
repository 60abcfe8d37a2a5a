using System.Runtime.Versioning;
using CanThoGov.Platform.Security;

namespace CanThoGov.Platform.Tests.Security;

[Trait("Category", "Unit")]
public sealed class SigningKeyTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("canthogov-key-").FullName;

    string KeyFile => Path.Combine(_folder, "data", "key.pem");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Open_Again_GivesTheSameKey()
    {
        using var first = SigningKey.Open(KeyFile);
        using var second = SigningKey.Open(KeyFile);
        Assert.Equal(first.SecurityKey.KeyId, second.SecurityKey.KeyId);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Open_File_IsReadableByItsOwnerOnly()
    {
        using (SigningKey.Open(KeyFile))
        {
            // The lock is made in the same way; an open mode of the key itself would be mended at once, but too late.
            foreach (var file in (string[])[KeyFile, KeyFile + ".lock"])
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        using (SigningKey.Open(KeyFile))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
    }

    [Fact]
    public async Task Open_ManyAtOnce_AgreeOnOneKey()
    {
        for (var round = 0; round < 20; round++)
        {
            var file = Path.Combine(_folder, $"{round}", "key.pem");
            using var start = new Barrier(8);
            var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    using var key = SigningKey.Open(file);
                    return key.SecurityKey.KeyId;
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));
            Assert.Single(ids.Distinct());
        }
    }

    [Fact]
    public void Open_AfterAKilledAttempt_MakesTheKey()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(KeyFile)!);
        File.WriteAllText(KeyFile + ".new", "half a k");
        File.WriteAllText(KeyFile + ".lock", "");
        using var key = SigningKey.Open(KeyFile);
        Assert.NotNull(key.SecurityKey.ECDsa);
    }

    [Theory]
    [InlineData("")]
    [InlineData("rubbish")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nrubbish\n-----END PRIVATE KEY-----")]
    public void Open_Rubbish_IsRefusedAndKept(string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(KeyFile)!);
        File.WriteAllText(KeyFile, content);
        Assert.Throws<InvalidDataException>(() => SigningKey.Open(KeyFile));
        Assert.Equal(content, File.ReadAllText(KeyFile));
    }

    [Fact]
    public void Open_OtherCurveOrPublicKey_IsRefused()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(KeyFile)!);
        using var p384 = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP384);
        File.WriteAllText(KeyFile, p384.ExportPkcs8PrivateKeyPem());
        Assert.Throws<InvalidDataException>(() => SigningKey.Open(KeyFile));
        using var p256 = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        File.WriteAllText(KeyFile, p256.ExportSubjectPublicKeyInfoPem());
        Assert.Throws<InvalidDataException>(() => SigningKey.Open(KeyFile));
    }
}
