using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>What travels through the U-Net beside the features.</summary>
internal sealed class UNetPath
{
    /// <summary>Outputs of the way down, the last on top, for the way up.</summary>
    public Stack<Tensor> Skips { get; } = new();

    /// <summary>
    /// The picture that skip blocks carry (Karras et al. 2020, figure 7; Song et al. 2021, appendix H): on the way down the input,
    /// made smaller at each resolution; on the way up the output, null until a block has begun it.
    /// </summary>
    public Tensor? Picture { get; set; }

    /// <summary>What cross-attention reads, [N, L, D]; null in networks without it.</summary>
    public Tensor? Text { get; init; }
}

/// <summary>One resolution of the U-Net, on the way down or up.</summary>
internal abstract class UNetBlock(string name) : nn.Module(name)
{
    /// <param name="x">Features, [N, C, H, W].</param>
    /// <param name="time">What the blocks are told of time and class.</param>
    /// <param name="path">Read on the way up, written on the way down.</param>
    public abstract Tensor Forward(Tensor x, TimeSignal time, UNetPath path);

    protected sealed override void RegisterComponents()
    {
        // All are registered where they are made, under the names of diffusers.
    }
}
