using System.IO.Compression;
using System.Text.Json;
using Playground.Core;
using Playground.Core.Data;
using Playground.Evaluation.Features;
using Playground.Evaluation.Metrics;

namespace Playground.Evaluation.Statistics;

/// <summary>
/// Reference statistics as pytorch-fid keeps them, a <c>.npz</c> with <c>mu</c> and <c>sigma</c>. What is written here adds the number of
/// pictures, where the features are from, and on demand the features themselves; pytorch-fid reads the file all the same.
/// </summary>
/// <param name="Statistics">Mean, covariance, and the count where the file has it.</param>
/// <param name="Origin">Null where another program wrote the file.</param>
/// <param name="Sample">The kept features; null where the file has none.</param>
public sealed record StatisticsFile(FeatureStatistics Statistics, FeatureOrigin? Origin = null, FeatureSample? Sample = null)
{
    private const string OriginEntry = "origin.json", ClassesEntry = "classes.json";
    private const int MaxJsonBytes = 1 << 20;
    private const double Symmetric = 1e-6;

    /// <exception cref="PlaygroundException">Missing, damaged, hostile, or without <c>mu</c> and <c>sigma</c> that fit.</exception>
    public static StatisticsFile Read(string path) => FileReading.Of(path, () => ReadFile(path));

    private static StatisticsFile ReadFile(string path)
    {
        if (!File.Exists(path)) throw new PlaygroundException($"The statistics '{path}' do not exist.");
        try
        {
            using var zip = ZipFile.OpenRead(path);
            if (zip.GetEntry("mu.npy") is null && ImagesIn(zip, path) is { } images) throw images;
            var mu = Required(zip, path, "mu", 1, FeatureStatistics.MaxDimensions * 8L);
            var sigma = Required(zip, path, "sigma", 2, FeatureStatistics.MaxDimensions * 8L * mu.Shape[0]);
            if (sigma.Shape[0] != mu.Shape[0] || sigma.Shape[1] != mu.Shape[0])
                throw Bad(path, $"mu has {mu.Shape[0]} numbers and sigma the shape [{string.Join(", ", sigma.Shape)}]");
            var count = NpzEntry.Read(zip, path, "count", 8)?.ToIntegers() is [var n] ? n : (long?)null;
            if (count < 2) throw Bad(path, $"it says that it is of {count} pictures, and a covariance needs 2");
            var statistics = new FeatureStatistics(mu.ToDoubles(), RequireSymmetric(sigma.ToDoubles(), mu.Shape[0], path), count);
            return new StatisticsFile(statistics, Origins(zip, path), Samples(zip, path, mu.Shape[0]));
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or NotSupportedException)
        {
            throw new PlaygroundException($"'{path}' is not a .npz file that can be read, or is damaged. Save it again with numpy.savez.",
                e);
        }
    }

    /// <summary>
    /// What a file of statistics says of where its features are from, without reading those; null where it says nothing, or cannot be read.
    /// </summary>
    public static FeatureOrigin? OriginOf(string path)
    {
        try
        {
            using var zip = ZipFile.OpenRead(path);
            return Origins(zip, path);
        }
        catch (Exception e) when (e is PlaygroundException or InvalidDataException or JsonException or NotSupportedException or IOException
        or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <param name="path">Written under another name first, so that a broken run leaves no half of a file.</param>
    public void Write(string path)
    {
        // A name of its own: two runs may write the same file at once.
        var part = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            WriteTo(part);
            File.Move(part, path, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private void WriteTo(string path)
    {
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        var d = Statistics.Dimensions;
        NpzEntry.Write(zip, "mu", NpyArray.Of(Statistics.Mu, d));
        NpzEntry.Write(zip, "sigma", NpyArray.Of(Statistics.Sigma, d, d));
        if (Statistics.Count is { } count) NpzEntry.Write(zip, "count", NpyArray.Of([count]));
        if (Origin is not null) WriteJson(zip, OriginEntry, Origin);
        if (Sample is not null) WriteSample(zip, Sample);
    }

    private static void WriteSample(ZipArchive zip, FeatureSample sample)
    {
        NpzEntry.Write(zip, "features", NpyArray.Of(sample.Features.Values, sample.Count, sample.Features.Dimensions));
        NpzEntry.Write(zip, "indices", NpyArray.Of([.. sample.Indices.Select(i => (long)i)], sample.Count));
        if (sample.Logits is { } logits) NpzEntry.Write(zip, "logits", NpyArray.Of(logits.Values, logits.Count, logits.Dimensions));
        if (sample.Classes.Count == 0) return;
        string[] names = [.. sample.Classes.Distinct()];
        WriteJson(zip, ClassesEntry, names);
        NpzEntry.Write(zip, "labels", NpyArray.Of([.. sample.Classes.Select(c => (long)Array.IndexOf(names, c))], sample.Count));
    }

    private static FeatureSample? Samples(ZipArchive zip, string path, int dimensions)
    {
        if (NpzEntry.Read(zip, path, "features", Array.MaxLength) is not { } features) return null;
        var indices = NpzEntry.Read(zip, path, "indices", Array.MaxLength)?.ToIntegers() ?? [];
        var labels = NpzEntry.Read(zip, path, "labels", Array.MaxLength)?.ToIntegers() ?? [];
        var names = ReadJson<string[]>(zip, path, ClassesEntry) ?? [];
        var logits = NpzEntry.Read(zip, path, "logits", Array.MaxLength);
        if (features.Shape is not [var n, var d] || d != dimensions || indices.Length != n || (labels.Length != 0 && labels.Length != n)
            || (logits is not null && (logits.Shape.Length != 2 || logits.Shape[0] != n)))
            throw Bad(path, "its features, indices, labels and logits are not of one number of pictures");
        if (indices.Any(i => i is < 0 or > int.MaxValue) || labels.Any(l => l < 0 || l >= names.Length))
            throw Bad(path, "an index or a label in it is out of range");
        return new FeatureSample(new FeatureMatrix(n, d, features.ToSingles()), logits is null ? null : new FeatureMatrix(n,
            logits.Shape[1], logits.ToSingles()), [.. indices.Select(i => (int)i)], [.. labels.Select(l => names[l])]);
    }

    private static FeatureOrigin? Origins(ZipArchive zip, string path)
        => ReadJson<FeatureOrigin>(zip, path, OriginEntry) is not { } origin ? null
            : origin is { Extractor: not null, Preprocessing: not null, WeightsHash: not null }
                ? origin
                : throw Bad(path, $"its {OriginEntry} lacks the extractor, the preprocessing or the weights' hash");

    private static void WriteJson<T>(ZipArchive zip, string name, T value)
    {
        using var stream = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        JsonSerializer.Serialize(stream, value);
    }

    private static T? ReadJson<T>(ZipArchive zip, string path, string name) where T : class
    {
        if (zip.GetEntry(name) is not { } entry) return null;
        if (entry.Length > MaxJsonBytes) throw Bad(path, $"its {name} has {entry.Length:N0} bytes; the limit is {MaxJsonBytes:N0}");
        using var stream = entry.Open();
        return JsonSerializer.Deserialize<T>(stream);
    }

    // Samples of guided-diffusion (arr_0) and data sets such as MedMNIST (train_images) come in the same kind of file.
    private static PlaygroundException? ImagesIn(ZipArchive zip, string path)
    {
        foreach (var entry in zip.Entries.Where(e => e.FullName.EndsWith(".npy", StringComparison.Ordinal)))
        {
            using var stream = entry.Open();
            if (NpyHeader.TryRead(stream, entry.FullName) is not { Shape.Length: 3 or 4 } header) continue;
            var name = entry.FullName[..^".npy".Length];
            var shape = string.Join(", ", header.Shape);
            return new PlaygroundException(
                $"'{path}' holds images, not statistics: '{name}' is {header.Type} of shape [{shape}]. Save them "
                + $"alone, with numpy.save('{name}.npy', numpy.load(…)['{name}']), and give that file; of uint8, values are 0 to 255, of "
                + "float32, -1 to 1.");
        }
        return null;
    }

    private static NpyArray Required(ZipArchive zip, string path, string name, int axes, long maxBytes)
    {
        var array = NpzEntry.Read(zip, path, name, maxBytes)
            ?? throw Bad(path, $"there is no '{name}' in it; FID statistics hold 'mu' and 'sigma'");
        return array.Shape.Length == axes ? array : throw Bad(path, $"its '{name}' has {array.Shape.Length} axes instead of {axes}");
    }

    private static double[] RequireSymmetric(double[] sigma, int d, string path)
    {
        var scale = Enumerable.Range(0, d).Max(i => Math.Abs(sigma[i * d + i]));
        for (var i = 0; i < d; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (Math.Abs(sigma[i * d + j] - sigma[j * d + i]) > Symmetric * scale)
                    throw Bad(path, $"its sigma is not symmetric at ({i}, {j}), so it is no covariance");
            }
        }
        return sigma;
    }

    private static PlaygroundException Bad(string path, string what) => new($"'{path}' cannot be used as statistics: {what}.");
}
