using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>Makes a module's parameters, which outlive the dispose scope that a network is built in.</summary>
internal static class OwnedParameter
{
    /// <summary>Takes the tensor over as a parameter.</summary>
    public static Parameter Of(Tensor values, bool trained = true)
    {
        var parameter = new Parameter(values, trained);
        parameter.DetachFromDisposeScope();
        return parameter;
    }
}
