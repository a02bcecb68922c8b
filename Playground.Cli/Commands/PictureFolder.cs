using System.CommandLine;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Generation;
using Playground.Core.Imaging;

namespace Playground.Cli.Commands;

/// <summary>Writes what was sampled: every picture with its recipe, and <c>grid.png</c> with all of them.</summary>
internal static class PictureFolder
{
    /// <summary>Deletes what an earlier run wrote, so that no image of it lies among the new ones.</summary>
    public static Option<bool> Overwrite { get; } = new("--overwrite")
    { Description = "Delete the images of an earlier run that are in --out" };

    /// <summary>Requires that no images of an earlier run lie in the folder, unless they are to be deleted.</summary>
    /// <exception cref="PlaygroundException">There are some.</exception>
    public static void RequireNew(string folder, bool overwrite)
    {
        if (!overwrite && Earlier(folder) is { Count: > 0 } earlier)
            throw new PlaygroundException($"'{folder}' holds {earlier.Count} images of an earlier run, such as "
                + $"'{Path.GetFileName(
                    earlier[0])}'; the new ones would lie among them. Give another --out, or --overwrite to delete them.");
    }

    /// <param name="folder">Is made where it is missing; images of an earlier run are deleted from it.</param>
    /// <param name="model">What made the pictures.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="results">Its parts, in their order.</param>
    /// <param name="npy">A file for the values before rounding; null: none.</param>
    public static void Write(string folder, SampledModel model, SamplingRequest request, IReadOnlyList<SamplingResult> results,
        string? npy)
    {
        Directory.CreateDirectory(folder);
        foreach (var earlier in Earlier(folder)) File.Delete(earlier);
        var pictures = PictureBatch.Concat([.. results.Select(r => r.Pictures)]);
        int[] classes = [.. results.SelectMany(r => r.Classes)];
        for (var i = 0; i < request.Count; i++)
        {
            var name = classes.Length == 0 ? $"{i:D5}.png" : $"{i:D5}-class{classes[i]}.png";
            File.WriteAllBytes(Path.Combine(folder, name), PngFile.Encode(pictures[i], Text(i)));
        }
        var columns = request.Interpolate is null ? (int)Math.Ceiling(Math.Sqrt(request.Count)) : request.Count;
        File.WriteAllBytes(Path.Combine(folder, "grid.png"), PngFile.Encode(PictureBatch.Grid(pictures, columns), Text(null)));
        if (npy is not null)
            NpyFile.Write(npy, [.. results.SelectMany(r => r.Values)], [request.Count, .. results[0].Shape[1..]]);

        Dictionary<string, string> Text(int? picture) => new() { [GenerationParameters.Keyword] = request.Recipe(model.Summary, picture) };
    }

    private static List<string> Earlier(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder).Where(f => ImageNames.IsOutput(Path.GetFileName(f))).Order(StringComparer.Ordinal)]
        : [];
}
