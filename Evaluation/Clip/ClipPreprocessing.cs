using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Playground.Core;
using Playground.Core.Imaging;

namespace Playground.Evaluation.Clip;

/// <summary>What a CLIP model wants done to pictures: the shorter side scaled, the centre cut out, each channel normalised.</summary>
/// <param name="ShorterSide">Pixels of the shorter side after scaling.</param>
/// <param name="Crop">Both sides of what is cut out, at most <paramref name="ShorterSide"/>.</param>
/// <param name="Bicubic">Otherwise bilinear, both as Pillow's.</param>
/// <param name="Rescale">Factor from bytes to the unit of the mean, 1/255.</param>
/// <param name="Mean">Of red, green and blue.</param>
/// <param name="Deviation">Of red, green and blue.</param>
public sealed record ClipPreprocessing(int ShorterSide, int Crop, bool Bicubic, double Rescale, IReadOnlyList<double> Mean,
    IReadOnlyList<double> Deviation)
{
    private const int MaxSide = 1024, PillowBilinear = 2, PillowBicubic = 3;

    /// <summary>What OpenAI's models want.</summary>
    public static readonly ClipPreprocessing OpenAi = new(224, 224, true, 1 / 255.0, [0.48145466, 0.4578275, 0.40821073],
        [0.26862954, 0.26130258, 0.27577711]);

    /// <summary>Its name in reports.</summary>
    public string Name => $"clip-{(Bicubic ? "bicubic" : "bilinear")}-{Crop}";

    /// <summary>What caches know it by: beside the name, all that differs from OpenAI's values.</summary>
    public string Key => IsUsual ? Name : $"{Name}-{Digest()}";

    private bool IsUsual => ShorterSide == Crop && Rescale == OpenAi.Rescale && Mean.SequenceEqual(OpenAi.Mean)
        && Deviation.SequenceEqual(OpenAi.Deviation);

    private string Digest()
    {
        var values = string.Join(' ', new[] { ShorterSide, Rescale }.Concat(Mean).Concat(Deviation).Select(
            v => v.ToString("R", CultureInfo.InvariantCulture)));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(values)))[..8];
    }

    /// <param name="folder">OpenAI's values hold where it has no <c>preprocessor_config.json</c>.</param>
    /// <exception cref="PlaygroundException">The file asks for what cannot be done here.</exception>
    public static ClipPreprocessing Load(string folder)
    {
        var path = Path.Combine(folder, "preprocessor_config.json");
        if (!File.Exists(path)) return OpenAi;
        var text = FileReading.Of(path, () => File.ReadAllText(path));
        try
        {
            using var json = JsonDocument.Parse(text);
            return Read(json.RootElement, path);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw JsonFault.Of(path, text, e, "its sizes, means and deviations must be numbers, as CLIP's processor writes them");
        }
    }

    /// <summary>The picture as the network takes it: [3, Crop, Crop], channel by channel.</summary>
    /// <param name="picture">A batch of one; grey is taken as three equal channels.</param>
    public float[] Apply(PictureBatch picture)
    {
        var cut = Cut(picture);
        var (plane, result) = (Crop * Crop, new float[3 * Crop * Crop]);
        for (var i = 0; i < plane; i++)
        {
            for (var c = 0; c < 3; c++)
                result[c * plane + i] = (float)((cut[i * picture.Channels + c % picture.Channels] * Rescale - Mean[c]) / Deviation[c]);
        }
        return result;
    }

    /// <summary>[Crop, Crop, C] bytes: scaled and cut, not yet normalised.</summary>
    internal byte[] Cut(PictureBatch p)
    {
        // The longer side is cut down to a whole number, as in transformers and torchvision.
        var (height, width) = p.Height < p.Width
            ? (ShorterSide, (int)((long)ShorterSide * p.Width / p.Height))
            : ((int)((long)ShorterSide * p.Height / p.Width), ShorterSide);
        var scaled = Bicubic ? PillowResize.Bicubic(p, height, width) : PillowResize.Bilinear(p, height, width);
        var (top, left, line) = ((height - Crop) / 2, (width - Crop) / 2, Crop * p.Channels);
        var cut = new byte[Crop * line];
        for (var y = 0; y < Crop; y++) scaled.Pixels.AsSpan(((top + y) * width + left) * p.Channels, line).CopyTo(cut.AsSpan(y * line));
        return cut;
    }

    private static ClipPreprocessing Read(JsonElement root, string path)
    {
        var side = root.TryGetProperty("size", out var size) ? Side(size, "shortest_edge") : OpenAi.ShorterSide;
        var crop = root.TryGetProperty("crop_size", out var cut) ? Side(cut, "height") : side;
        var filter = root.TryGetProperty("resample", out var resample) ? resample.GetInt32() : PillowBicubic;
        if (side is < 1 or > MaxSide || crop < 1 || crop > side)
            throw new PlaygroundException(
                $"'{path}' asks for a shorter side of {side} and a crop of {crop}; 1 to {MaxSide} can be had, and the crop must fit.");
        if (filter is not (PillowBilinear or PillowBicubic))
            throw new PlaygroundException($"'{path}' asks for resample {filter}; 2 (bilinear) and 3 (bicubic) can be had.");
        return new ClipPreprocessing(side, crop, filter == PillowBicubic, root.TryGetProperty("rescale_factor", out var factor)
            ? factor.GetDouble()
            : OpenAi.Rescale,
            Three(root, "image_mean", path) ?? OpenAi.Mean, Three(root, "image_std", path) ?? OpenAi.Deviation);
    }

    // Older files have a plain number, newer ones a name and a number.
    private static int Side(JsonElement e, string name) => e.ValueKind == JsonValueKind.Number
        ? e.GetInt32()
        : (e.TryGetProperty(name, out var side) ? side : e.GetProperty("height")).GetInt32();

    private static double[]? Three(JsonElement root, string name, string path)
    {
        if (!root.TryGetProperty(name, out var list)) return null;
        double[] values = [.. list.EnumerateArray().Select(v => v.GetDouble())];
        return values.Length == 3 && (name != "image_std" || values.All(v => v > 0))
            ? values
            : throw new PlaygroundException(
                $"'{path}' has {name} [{string.Join(", ", values)}]; three numbers are needed, and no standard deviation of 0.");
    }
}
