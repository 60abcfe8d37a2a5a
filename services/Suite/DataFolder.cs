using CanThoGov.Platform.Hosting;
using CanThoGov.Suite.Scenarios;

namespace CanThoGov.Suite;

/// <summary>Where the embedded default keeps everything: a database file per service, the signing key, and which scenario was begun.</summary>
sealed class DataFolder : IDisposable
{
    readonly string _path;
    readonly FileStream? _lock;

    DataFolder(string path, FileStream? owner)
    {
        _path = path;
        _lock = owner;
    }

    public string KeyFile => System.IO.Path.Combine(_path, "signing-key.pem");

    string ScenarioFile => System.IO.Path.Combine(_path, "scenario");

    public string Path => _path;

    /// <summary>For who only reads the signing key.</summary>
    public static DataFolder Look(string path) => new(System.IO.Path.GetFullPath(path), owner: null);

    /// <summary>For the process that runs on it; a second one would not see what the first one holds in memory.</summary>
    /// <exception cref="ConfigurationException">Another process runs on it, or it cannot be written.</exception>
    public static DataFolder Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(path);
            var file = System.IO.Path.Combine(path, "lock");
            return new(path, new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException) when (Directory.Exists(path))
        {
            throw new ConfigurationException($"Another process runs on the data in {path}. Stop it first, or choose another folder with --data.");
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new ConfigurationException($"The data folder {path} cannot be used: {e.Message}");
        }
    }

    public string ConnectionString(string service) => $"Data Source={System.IO.Path.Combine(_path, service + ".db")}";

    public string AttachmentsOf(string service) => System.IO.Path.Combine(_path, "attachments", service);

    /// <summary>The scenario whose data this is, begun now or earlier; null for real use.</summary>
    /// <exception cref="ConfigurationException">Another scenario was begun on this data.</exception>
    public Scenario? Scenario(string? asked)
    {
        var begun = File.Exists(ScenarioFile) ? File.ReadAllText(ScenarioFile).Trim() : null;
        if (asked is not null && begun is not null && asked != begun)
        {
            throw new ConfigurationException($"The data in {_path} belongs to the scenario {begun}. Choose another folder with --data.");
        }

        if (asked is null && begun is null)
        {
            return null;
        }

        var scenario = Scenarios.Scenario.Load((asked ?? begun)!);
        File.WriteAllText(ScenarioFile, scenario.Name + "\n");
        return scenario;
    }

    public void Dispose() => _lock?.Dispose();
}
