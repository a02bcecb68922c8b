using System.Security.Cryptography;
using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Core.Generation;
using Playground.Core.Models;
using Playground.Core.Schedules;
using Playground.Core.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Pipelines.StableDiffusion;

/// <summary>What a model of Stable Diffusion's form is made of, before its weights are read.</summary>
internal sealed record StableDiffusionParts
{
    /// <summary>The folder or file.</summary>
    public required string Path { get; init; }
    public required UNet2DConditionConfig UNet { get; init; }
    public required AutoencoderKLConfig Autoencoder { get; init; }
    public required ClipTextConfig Text { get; init; }
    public required SchedulerConfig Scheduler { get; init; }
    public required ClipTokenizer Tokenizer { get; init; }
    public required WeightSource UNetWeights { get; init; }
    public required WeightSource AutoencoderWeights { get; init; }
    public required WeightSource TextWeights { get; init; }

    public required ModelManifest Manifest { get; init; }

    /// <summary>Checks that the parts go together.</summary>
    /// <exception cref="PlaygroundException">They do not; the message names both.</exception>
    public StableDiffusionParts Checked()
    {
        UNet.Validate();
        Autoencoder.Validate();
        Text.Validate();
        _ = NoiseSchedule.FromConfig(Scheduler);
        var latents = Autoencoder.LatentChannels;
        if (UNet.OutChannels != latents || (UNet.InChannels != latents && UNet.InChannels != 2 * latents + 1))
            throw new PlaygroundException(
                $"The U-Net takes {UNet.InChannels} and makes {UNet.OutChannels} channels, and the autoencoder has "
                + $"latents of {latents}. It must take {latents}, or {2 * latents + 1} for inpainting. Use the autoencoder that the U-Net "
                + "was "
                + "trained with.");
        if (UNet.CrossAttentionDim != Text.HiddenSize)
            throw new PlaygroundException($"The U-Net reads texts of width {UNet.CrossAttentionDim} (cross_attention_dim), and the text "
                + $"encoder's are of {Text.HiddenSize} (hidden_size). Use the text encoder that the U-Net was trained with.");
        if (Tokenizer.Size > Text.VocabSize)
            throw new PlaygroundException($"The tokenizer has {Tokenizer.Size:N0} tokens, and the text encoder knows {Text.VocabSize:N0} "
                + "(vocab_size). Use the tokenizer that the text encoder was trained with.");
        foreach (var (least, source) in new[] { (UNet.LeastParameters, UNetWeights) })
        {
            if (least > Math.Max(source.Count * 2, 100_000_000))
                throw new PlaygroundException(
                    $"The U-Net's weights hold {source.Count:N0} numbers, and its config.json describes a network "
                    + $"of more than {least:N0}. Use the config.json that was saved with these weights.");
        }
        return this;
    }

    public ModelSummary Summarize()
    {
        var name = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(Path));
        string[] files = [.. UNetWeights.Weights.Values.Select(w => w.Path).Distinct().Order(StringComparer.Ordinal)];
        return new ModelSummary(name, Path, (UNet.SampleSize ?? 64) * Autoencoder.Factor, Autoencoder.OutChannels, null,
            Scheduler.NumTrainTimesteps, "")
        {
            Scheduler = Scheduler.ForLatents(),
            Manifest = Manifest,
            Parameters = UNetWeights.Count + AutoencoderWeights.Count + TextWeights.Count,
            Text = Describe(UNet, Autoencoder, Text, Tokenizer),
            HashOnDemand = new Lazy<string>(() => HashOf(files)),
        };
    }

    /// <summary>How a model of these parts reads text.</summary>
    public static TextToImage Describe(UNet2DConditionConfig unet, AutoencoderKLConfig autoencoder, ClipTextConfig text,
        ClipTokenizer tokenizer)
        => new(autoencoder.Factor, text.NumHiddenLayers, text.MaxPositionEmbeddings - 2, autoencoder.LatentChannels,
            unet.InChannels == 2 * autoencoder.LatentChannels + 1)
        {
            Network = unet.Blocks,
            DownBlockTypes = unet.DownBlockTypes,
            UpBlockTypes = unet.UpBlockTypes,
            TextWidth = text.HiddenSize,
            DecoderWidth = autoencoder.BlockOutChannels[Math.Min(1, autoencoder.BlockOutChannels.Length - 1)],
            Prompts = new PromptReader(tokenizer, text.MaxPositionEmbeddings),
        };

    /// <summary>Reads the weights onto the default device, in evaluation mode.</summary>
    /// <exception cref="PlaygroundException">Weights are missing, extra or misshapen; nothing is kept then.</exception>
    public StableDiffusionModel Load()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var made = new List<nn.Module>();
        try
        {
            var unet = new UNet2DConditionModel(UNet);
            made.Add(unet);
            var autoencoder = new AutoencoderKL(Autoencoder);
            made.Add(autoencoder);
            var text = new ClipTextModel(Text);
            made.Add(text);
            foreach (var (network, weights) in new (nn.Module, WeightSource)[]
                { (text, TextWeights), (autoencoder, AutoencoderWeights), (unet, UNetWeights) })
            {
                weights.Assign(network);
                network.eval();
                foreach (var parameter in network.parameters()) parameter.requires_grad = false;
                if (TorchEngine.DefaultDevice.type != DeviceType.CPU) network.to(TorchEngine.DefaultDevice);
            }
            (unet.IsFrozen, autoencoder.IsFrozen, text.IsFrozen) = (true, true, true);
            return new StableDiffusionModel(unet, autoencoder, text, Tokenizer, Scheduler.ForLatents(), Summarize());
        }
        catch
        {
            foreach (var network in made) network.Dispose();
            throw;
        }
    }

    /// <summary>Reads every number of every part once, and keeps none.</summary>
    /// <exception cref="PlaygroundException">Weights are missing, extra, misshapen, or hold NaN or infinity.</exception>
    public void Verify(CancellationToken ct)
    {
        foreach (var (network, weights) in Networks())
            using (network) weights.Each(network, null, ct);
    }

    /// <summary>The parts with networks that have no values, made one after the other.</summary>
    public IEnumerable<(nn.Module Network, WeightSource Weights)> Networks()
    {
        using var guard = no_grad();
        yield return (new ClipTextModel(Text), TextWeights);
        yield return (new AutoencoderKL(Autoencoder), AutoencoderWeights);
        yield return (new UNet2DConditionModel(UNet), UNetWeights);
    }

    private static string HashOf(IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        foreach (var path in files)
        {
            using var file = File.OpenRead(path);
            for (int read; (read = file.Read(buffer)) > 0;) hash.AppendData(buffer, 0, read);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..10];
    }
}
