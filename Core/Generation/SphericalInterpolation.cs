using static TorchSharp.torch;

namespace Playground.Core.Generation;

/// <summary>Slerp (Shoemake 1985): from one noise to another along the sphere, so that what lies between is as large as the ends.</summary>
internal static class SphericalInterpolation
{
    /// <param name="a">One picture's noise, of any shape.</param>
    /// <param name="b">Another's, of the same shape.</param>
    /// <param name="weight">0: <paramref name="a"/>, 1: <paramref name="b"/>.</param>
    public static Tensor Between(Tensor a, Tensor b, double weight)
    {
        var cosine = (a * b).sum().item<float>() / ((double)a.norm().item<float>() * b.norm().item<float>());
        var omega = Math.Acos(Math.Clamp(cosine, -1, 1));
        var sine = Math.Sin(omega);
        // Parallel noises, or zeros: there is no arc to follow.
        if (!(sine > 1e-4)) return a * (1 - weight) + b * weight;
        return a * (Math.Sin((1 - weight) * omega) / sine) + b * (Math.Sin(weight * omega) / sine);
    }
}
