using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Engine;
using Playground.Core.Models;
using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>Latents of images, made once, each with one of its captions; the label is the caption's place in a table.</summary>
internal sealed class CaptionedLatents : IExamples, IDisposable
{
    // The encoder's widest maps are as large as the images: so many pixels at once, and one image at the least.
    private const int PixelsAtOnce = 32 * 64 * 64;
    private const string Mean = "mean", Of = "of";

    private readonly Tensor _mean;
    private readonly (int Image, int Caption)[] _examples;

    /// <param name="images">With captions.</param>
    /// <param name="autoencoder">In evaluation mode.</param>
    /// <param name="cache">A file for the latents; they are made anew where it is missing or of other images.</param>
    public CaptionedLatents(ICaptionedDataset images, AutoencoderKL autoencoder, string cache)
    {
        Name = images.Name;
        string[] captions = [.. images.Captions.SelectMany(c => c).Distinct()];
        Captions = captions;
        var places = captions.Select((caption, i) => (caption, i)).ToDictionary(c => c.caption, c => c.i);
        _examples = [.. images.Captions.SelectMany((c, image) => c.Select(text => (image, places[text])))];
        var config = autoencoder.Config;
        Shape = [config.LatentChannels, images.Height / config.Factor, images.Width / config.Factor];
        using var scope = NewDisposeScope();
        var of = Fingerprint(images, autoencoder);
        _mean = (Cached(cache, [images.Count, .. Shape], of) ?? Made(images, autoencoder, cache, of)).DetachFromDisposeScope();
    }

    public string Name { get; }

    public int Count => _examples.Length;

    public IReadOnlyList<long> Shape { get; }

    public int? Classes => Captions.Count;

    /// <summary>All captions that there are.</summary>
    public IReadOnlyList<string> Captions { get; }

    public (Tensor X0, Tensor Labels) Read(IReadOnlyList<int> indices)
    {
        var rows = tensor(indices.Select(i => (long)_examples[i].Image).ToArray());
        // The mean alone: what the encoder leaves open is far less than the noise of training.
        return (_mean.index_select(0, rows), tensor(indices.Select(i => (long)_examples[i].Caption).ToArray()));
    }

    private static Tensor? Cached(string cache, long[] shape, string of)
    {
        if (!File.Exists(cache) || SafetensorsFile.ReadHeader(cache).Metadata.GetValueOrDefault(Of) != of) return null;
        return SafetensorsFile.Read(cache).TryGetValue(Mean, out var mean) && mean.shape.SequenceEqual(shape) ? mean : null;
    }

    // Scaled, as the U-Net sees them.
    private static Tensor Made(ICaptionedDataset images, AutoencoderKL autoencoder, string cache, string of)
    {
        using var guard = no_grad();
        var (examples, scale, device) = (new PictureExamples(images), autoencoder.Config.ScalingFactor, TorchEngine.DefaultDevice);
        var (means, atOnce) = (new List<Tensor>(), Math.Max(1, PixelsAtOnce / (images.Height * images.Width)));
        for (var from = 0; from < images.Count; from += atOnce)
        {
            using var scope = NewDisposeScope();
            var x = examples.Read([.. Enumerable.Range(from, Math.Min(atOnce, images.Count - from))]).X0.to(device);
            means.Add((autoencoder.Encode(x).Mean * scale).cpu().MoveToOuterDisposeScope());
        }
        var all = cat(means, 0);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(cache))!);
        SafetensorsFile.Write(cache, new Dictionary<string, Tensor> { [Mean] = all }, new Dictionary<string, string> { [Of] = of });
        return all;
    }

    // What latents depend on: every pixel, and every weight that makes them.
    private static string Fingerprint(ICaptionedDataset images, AutoencoderKL autoencoder)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var pixels = new byte[images.Channels * images.Height * images.Width];
        for (var i = 0; i < images.Count; i++)
        {
            images.Read(i, pixels);
            hash.AppendData(pixels);
        }
        foreach (var (name, weight) in autoencoder.named_parameters().Where(p => !p.name.Contains("decode", StringComparison.Ordinal)
            && !p.name.StartsWith("post_quant", StringComparison.Ordinal)))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(MemoryMarshal.AsBytes(weight.detach().cpu().to(ScalarType.Float32).contiguous().data<float>().ToArray()
                .AsSpan()));
        }
        hash.AppendData(Encoding.UTF8.GetBytes(autoencoder.Config.ScalingFactor.ToString("R", CultureInfo.InvariantCulture)));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public void Dispose() => _mean.Dispose();
}
