using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Playground.Server.Hosting;

namespace Playground.Server.Sampling.Frames;

/// <summary>A file of frames.</summary>
internal sealed record FrameFileInfo(string Job, long Bytes, DateTime Written);

/// <summary>Where the files of frames are: a folder for each owner, in it a file for each run.</summary>
internal sealed class FrameFolder(IOptions<PlaygroundOptions> options)
{
    private const string Extension = ".frames";
    private readonly string _root = Path.GetFullPath(Path.Combine(options.Value.Data, "frames"));

    /// <summary>Where the run's file is, or would be.</summary>
    /// <param name="owner">Whose run; not part of the path, which has a hash of it.</param>
    /// <param name="job">32 hexadecimal digits; null is returned where it is anything else.</param>
    public string? PathOf(string owner, string job)
        => job.Length == 32 && job.All(char.IsAsciiHexDigitLower) ? Path.Combine(FolderOf(owner), job + Extension) : null;

    /// <summary>The owner's files, those written last at the end.</summary>
    public IReadOnlyList<FrameFileInfo> List(string owner) => ListIn(FolderOf(owner));

    /// <summary>The files of all owners: their paths by job.</summary>
    public IReadOnlyList<(string Job, string Path)> ListAll() => !Directory.Exists(_root) ? []
        : [.. Directory.EnumerateFiles(_root, "*" + Extension, SearchOption.AllDirectories)
            .Select(f => (Path.GetFileNameWithoutExtension(f), f))];

    /// <summary>Deletes a run's frames; where there are none, nothing happens.</summary>
    public void Delete(string owner, string job)
    {
        if (PathOf(owner, job) is { } path && File.Exists(path)) File.Delete(path);
    }

    /// <summary>Removes what was being rewritten when the server ended.</summary>
    public void RemoveParts()
    {
        if (!Directory.Exists(_root)) return;
        foreach (var part in Directory.EnumerateFiles(_root, "*" + PartOf(Extension), SearchOption.AllDirectories)) File.Delete(part);
    }

    /// <summary>Where a file is written that is to replace another.</summary>
    public static string PartOf(string path) => path + ".part";

    private string FolderOf(string owner)
        => Path.Combine(_root, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(owner)))[..16]);

    private static FrameFileInfo[] ListIn(string folder) => !Directory.Exists(folder) ? []
        : [.. new DirectoryInfo(folder).EnumerateFiles("*" + Extension).Where(f => f.Exists)
            .Select(f => new FrameFileInfo(Path.GetFileNameWithoutExtension(f.Name), f.Length, f.LastWriteTimeUtc))
            .OrderBy(f => f.Written)];
}
