using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>A module that only gives its parts a common prefix in the state dict.</summary>
internal sealed class Named : nn.Module
{
    public Named(params (string Name, nn.Module Part)[] parts) : base(nameof(Named))
    {
        foreach (var (name, part) in parts) register_module(name, part);
    }

    protected override void RegisterComponents()
    {
        // All are registered where they are made.
    }
}
