using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Imaging;
using Playground.Core.Sampling;

namespace Playground.Cli.Commands;

/// <summary>Writes what was sampled: every picture with its recipe, and <c>grid.png</c> with all of them.</summary>
internal static class PictureFolder
{
    /// <param name="folder">Is made where it is missing.</param>
    /// <param name="model">What made the pictures.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="results">Its parts, in their order.</param>
    /// <param name="npy">A file for the values before rounding; null: none.</param>
    public static void Write(string folder, SampledModel model, SamplingRequest request, IReadOnlyList<SamplingResult> results,
        string? npy)
    {
        Directory.CreateDirectory(folder);
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
}
