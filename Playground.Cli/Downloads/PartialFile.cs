namespace Playground.Cli.Downloads;

/// <summary>What has come of a file so far (<c>.part</c>), and which version of the file it is a part of (<c>.part.version</c>).</summary>
internal sealed class PartialFile(string target)
{
    private readonly string _version = target + ".part.version";

    public string Target => target;

    public string Path => target + ".part";

    public long Length => File.Exists(Path) ? new FileInfo(Path).Length : 0;

    /// <summary>What the server named the version by; null where that is not known, and nothing can be continued.</summary>
    public string? Version => File.Exists(_version) ? File.ReadAllText(_version) : null;

    /// <summary>Keeps what came before <paramref name="start"/> and drops the rest.</summary>
    public void Begin(long start, string? version)
    {
        using (var file = File.OpenWrite(Path)) file.SetLength(start);
        if (version is not null) File.WriteAllText(_version, version);
        else File.Delete(_version);
    }

    public FileStream Append() => new(Path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);

    public void Finish()
    {
        File.Move(Path, target, overwrite: true);
        File.Delete(_version);
    }

    public void Delete()
    {
        File.Delete(Path);
        File.Delete(_version);
    }
}
