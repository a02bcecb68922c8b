using static TorchSharp.torch;

namespace Playground.Core.Engine;

/// <summary>Frees what a part of a network made on the way, at once instead of at the end of the whole pass.</summary>
internal static class Scoped
{
    /// <summary>The result alone stays, for the caller's dispose scope. What a gradient will need is kept by the graph itself.</summary>
    public static Tensor Run(Func<Tensor> make)
    {
        using var scope = NewDisposeScope();
        return make().MoveToOuterDisposeScope();
    }

    /// <summary>
    /// <paramref name="now"/>; <paramref name="old"/>, which it was made of, is freed, since at an image's full size every map counts.
    /// </summary>
    public static Tensor Replace(Tensor old, Tensor now)
    {
        if (!ReferenceEquals(old, now)) old.Dispose();
        return now;
    }
}
