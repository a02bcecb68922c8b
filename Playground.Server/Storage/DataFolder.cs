using System.Globalization;
using Microsoft.Extensions.Options;
using Playground.Server.Hosting;

namespace Playground.Server.Storage;

/// <summary>
/// The data folder: private to the account that runs the server, and used by one server at a time. The lock is the operating
/// system's, so a server that was killed leaves none.
/// </summary>
internal sealed class DataFolder(IOptions<PlaygroundOptions> options) : IDisposable
{
    private const UnixFileMode PrivateFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private FileStream? _lock;

    public string Path { get; } = System.IO.Path.GetFullPath(options.Value.Data);

    /// <summary>Makes the folder where it is not there, and takes its lock; may be called again.</summary>
    /// <exception cref="StorageUnavailableException">It cannot be written to, or another server uses it.</exception>
    public void Claim()
    {
        if (_lock is not null) return;
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(Path);
            else if (!Directory.Exists(Path)) Directory.CreateDirectory(Path, PrivateFolder);
            _lock = OpenPrivate(System.IO.Path.Combine(Path, "server.lock"), FileShare.None);
            // Some file systems open what may only be read; a write tells.
            _lock.SetLength(0);
            _lock.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            _lock.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _lock?.Dispose();
            _lock = null;
            throw StorageFailures.OfDataFolder(e);
        }
    }

    /// <summary>Makes a file that only the server's account can read, or takes everybody else's right to read one that is there.</summary>
    public static void MakePrivate(string path)
    {
        using var file = OpenPrivate(path, FileShare.ReadWrite | FileShare.Delete);
        if (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file.SafeFileHandle) & ~PrivateFile) == 0) return;
        try
        {
            File.SetUnixFileMode(file.SafeFileHandle, PrivateFile);
        }
        catch (UnauthorizedAccessException)
        {
            // Somebody else's file, who lets the server write to it: its mode is theirs to choose.
        }
    }

    /// <summary>A folder in the data folder, made where it is not there, which only the server's account can read.</summary>
    public DirectoryInfo MakePrivateFolder(string name)
    {
        var path = System.IO.Path.Combine(Path, name);
        return OperatingSystem.IsWindows() ? Directory.CreateDirectory(path) : Directory.CreateDirectory(path, PrivateFolder);
    }

    public void Dispose() => _lock?.Dispose();

    private static FileStream OpenPrivate(string path, FileShare share)
    {
        var opening = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows()) opening.UnixCreateMode = PrivateFile;
        return new FileStream(path, opening);
    }
}
