using System.Text.Encodings.Web;
using System.Text.Json;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Data;
using Playground.Core.Imaging;
using Playground.Server.Datasets.Inspection;

namespace Playground.Server.Datasets.Versions;

/// <summary>A picture that goes into a version.</summary>
/// <param name="Offset">In the pack.</param>
/// <param name="Length">Of its file.</param>
/// <param name="Class">The class that it came with.</param>
/// <param name="Caption">Null when it has none.</param>
/// <param name="Fields">What else was said of it, as an object of JSON; null: nothing.</param>
internal sealed record VersionPicture(long Offset, int Length, int? Class, string? Caption, string? Fields)
{
    public static string? FieldsOf(InspectedPicture picture) => picture.Fields is { } fields ? JsonSerializer.Serialize(fields, s_json)
        : null;

    public Dictionary<string, string>? FieldsByName
        => Fields is null ? null : JsonSerializer.Deserialize<Dictionary<string, string>>(Fields);

    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}

/// <summary>Decodes, crops and packs the pictures of a version.</summary>
internal static class VersionBuilder
{
    private const int BatchSize = 256;

    /// <param name="pack">The data set's pack.</param>
    /// <param name="pictures">In the order that they will have.</param>
    /// <param name="recipe">What to make of them.</param>
    /// <param name="limits">What they were inspected under.</param>
    /// <param name="path">A new file.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="ct">Stops it.</param>
    /// <returns>The file's SHA-256 and bytes.</returns>
    public static (string Hash, long Bytes) Build(
        string pack, IReadOnlyList<VersionPicture> pictures, VersionRecipe recipe, PictureLimits limits, string path,
        Action<JobStage> progress, CancellationToken ct)
    {
        using var file = File.OpenHandle(pack, options: FileOptions.RandomAccess);
        int[] labels = recipe.Classes.Count == 0
            ? []
            : [.. pictures.Select(p => recipe.LabelOf(p.Class)
                ?? throw new PlaygroundException("A picture has no class where all others have one; make the data set again."))];
        string?[] captions = pictures.Any(p => p.Caption is not null) ? [.. pictures.Select(p => p.Caption)] : [];
        using (var writer = new StoredDatasetWriter(path, new StoredDatasetContents(pictures.Count, recipe.Channels, recipe.Size,
            [.. recipe.Classes.Select(c => c.Name)], labels, captions)
        { Fields = pictures.Any(p => p.Fields is not null) ? [.. pictures.Select(p => p.FieldsByName)] : [] }))
        {
            for (var done = 0; done < pictures.Count; done += BatchSize)
            {
                progress(new JobStage("packing", done, pictures.Count, (double)done / pictures.Count));
                var planar = new byte[Math.Min(BatchSize, pictures.Count - done)][];
                var start = done;
                ParallelWork.For(planar.Length,
                    i => planar[i] = Decode(file, pictures[start + i], recipe.Size, recipe.Channels, recipe.Crop, limits).ToPlanar(),
                    ct, Math.Max(1, Environment.ProcessorCount - 1));
                foreach (var picture in planar) writer.Append(picture);
            }
            return (writer.Finish(), new FileInfo(path).Length);
        }
    }

    /// <summary>One picture out of the pack, as a version has it.</summary>
    public static PictureBatch Decode(Microsoft.Win32.SafeHandles.SafeFileHandle pack, VersionPicture picture, int size, int channels,
        string crop, PictureLimits limits)
    {
        var bytes = new byte[picture.Length];
        for (var read = 0; read < bytes.Length;)
        {
            var count = RandomAccess.Read(pack, bytes.AsSpan(read), picture.Offset + read);
            if (count == 0)
                throw PlaygroundException.Of(JobError.ImagesDamaged,
                    $"The data set's images are not whole on the server's disk. Make the data set again.");
            read += count;
        }
        return PictureFile.Decode(bytes, size, channels, limits, DatasetRules.Crops[crop]);
    }
}
