using Playground.Core.Checkpoints;
using Playground.Core.Models;
using Playground.Core.Pipelines;
using Playground.Core.Schedules;

namespace Playground.Core.Tests;

/// <summary>A class-conditional network small enough for any test, with random weights, in a folder that is removed afterwards.</summary>
internal sealed class TinyModel : IDisposable
{
    public static readonly UNet2DConfig Config = new()
    {
        SampleSize = 8,
        InChannels = 1,
        OutChannels = 1,
        BlockOutChannels = [8, 16],
        DownBlockTypes = ["DownBlock2D", "AttnDownBlock2D"],
        UpBlockTypes = ["AttnUpBlock2D", "UpBlock2D"],
        LayersPerBlock = 1,
        NormNumGroups = 4,
        AttentionHeadDim = 8,
        NumClassEmbeds = 4,
    };

    private static int s_made;

    public TinyModel()
    {
        Folder = Directory.CreateTempSubdirectory("tiny-model-").FullName;
        // Each has weights of its own.
        using var random = new TorchSharp.torch.Generator((ulong)Interlocked.Increment(ref s_made));
        using var network = new UNet2D(Config, random);
        ModelFolder.Save(Folder, network, Config, new SchedulerConfig(), new ModelManifest { Classes = 3 });
    }

    public string Folder { get; }

    public string Weights => Path.Combine(Folder, "unet", "diffusion_pytorch_model.safetensors");

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
