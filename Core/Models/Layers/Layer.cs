using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>
/// A module of one input whose parts are registered by hand, under the names of diffusers, instead of by the names of its fields.
/// </summary>
internal abstract class Layer(string name) : nn.Module<Tensor, Tensor>(name)
{
    protected sealed override void RegisterComponents()
    {
        // All are registered where they are made.
    }
}

/// <summary><see cref="Layer"/> of two inputs: features, and what is told of the time where there is one.</summary>
internal abstract class TimedLayer(string name) : nn.Module<Tensor, Tensor?, Tensor>(name)
{
    protected sealed override void RegisterComponents()
    {
        // All are registered where they are made.
    }
}
