using System.Diagnostics;
using Playground.Core.Tests;

namespace Playground.RepositoryTests;

/// <summary>What git has or would take in: neither what a build makes nor what it fetches.</summary>
internal static class SourceFiles
{
    /// <summary>Paths relative to the repository. The test is skipped outside a clone.</summary>
    public static IReadOnlyList<string> List()
    {
        string[] arguments = ["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"];
        var list = new ProcessStartInfo("git", arguments) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true };
        using var git = Process.Start(list)!;
        var paths = git.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        Assert.SkipUnless(git.ExitCode == 0, "The source is not a git clone.");
        return [.. paths.Distinct().Where(p => File.Exists(Path.Combine(Repository.Root, p)))];
    }
}
