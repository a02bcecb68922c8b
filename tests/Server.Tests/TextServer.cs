using Playground.Core.Tests;

namespace Playground.Server.Tests;

/// <summary>
/// A server with the recorded Stable Diffusion folders, which have random weights: <c>sd1</c>, <c>sd2</c> and <c>inpaint</c>.
/// </summary>
public sealed class TextServer : ServerProcess
{
    public override async ValueTask InitializeAsync()
    {
        foreach (var name in new[] { "sd1", "sd2", "inpaint" })
            foreach (var file in Directory.GetFiles(Recorded(name), "*", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(Models, name, Path.GetRelativePath(Recorded(name), file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        await base.InitializeAsync();
    }

    /// <summary>A recording of tests/Core.Tests.</summary>
    public static string Recorded(params string[] path)
        => Path.Combine([Repository.Root, "tests", "Core.Tests", "Recordings", "text-to-image", .. path]);
}
