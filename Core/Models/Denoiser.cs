using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>
/// A network that tells from x_t, t and a condition what was there without the noise, or the noise: (x [N, …], t [N], condition or null)
/// → prediction [N, …]. Its parts are registered by hand, so that their names can be those of other libraries.
/// </summary>
public abstract class Denoiser(string name) : nn.Module<Tensor, Tensor, Tensor?, Tensor>(name)
{
    protected sealed override void RegisterComponents()
    {
        // All are registered where they are made.
    }
}
