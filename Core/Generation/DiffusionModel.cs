using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Core.Generation;
using Playground.Core.Models;
using Playground.Core.Schedules;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Generation;

/// <summary>A <see cref="UNet2D"/> that denoises images themselves, with its schedule.</summary>
public sealed class DiffusionModel(UNet2D network, SchedulerConfig scheduler, ModelSummary summary) : SampledModel(scheduler, summary)
{
    public UNet2D Network { get; } = network;

    public UNet2DConfig Config => Network.Config;

    internal override Denoiser Denoiser => Network;

    internal override UNet2DConfig Extent => Config;

    public override int[] NoiseShape(SamplingRequest request) => [request.Count, Channels, SampleSize, SampleSize];

    internal override (Tensor? Asked, Tensor? Unasked) Conditions(SamplingRequest request)
    {
        if (Classes is null) return (null, null);
        using var scope = NewDisposeScope();
        var none = (long)Config.NumClassEmbeds! - 1;
        var classes = request.ClassesFor(Summary);
        long[] asked = classes.Length > 0 ? [.. classes.Select(k => (long)k)] : [.. Enumerable.Repeat(none, request.Count)];
        var device = TorchEngine.DefaultDevice;
        return (tensor(asked, device: device).MoveToOuterDisposeScope(),
            full([asked.Length], none, ScalarType.Int64, device).MoveToOuterDisposeScope());
    }

    private protected override void Dispose(bool disposing) => Network.Dispose();
}
