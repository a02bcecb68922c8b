using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Evaluation.Metrics;

/// <summary>Factors L of a covariance S = L·Lᵀ.</summary>
internal static class SymmetricRoot
{
    private const double WellConditioned = 1e-10, Rounding = 2.220446049250313e-16;

    /// <summary>
    /// L, [D, r]: Cholesky's triangle where S is well conditioned, otherwise its eigenvectors times the roots of the eigenvalues that are
    /// not zero within rounding.
    /// </summary>
    /// <param name="s">[D, D], float64, symmetric and positive semi-definite but for rounding.</param>
    /// <exception cref="ExternalException">LAPACK found no eigenvalues.</exception>
    public static Tensor Of(Tensor s) => Cholesky(s) ?? Eigen(s);

    private static Tensor? Cholesky(Tensor s)
    {
        try
        {
            var l = linalg.cholesky(s).contiguous();
            var n = l.size(0);
            var values = l.data<double>();
            var pivots = Enumerable.Range(0, (int)n).Select(i => values[i * (n + 1)]).ToList();
            return pivots.Min() > Math.Sqrt(WellConditioned) * pivots.Max() ? l : null;
        }
        catch (ExternalException)
        {
            // Not positive definite: that is found by trying.
            return null;
        }
    }

    private static Tensor Eigen(Tensor s)
    {
        var (values, vectors) = linalg.eigh(s, 'L');
        var list = values.data<double>().ToArray();
        var least = list.Length * Rounding * Math.Max(Math.Abs(list[0]), Math.Abs(list[^1]));
        var dropped = list.Count(v => v <= least);
        var rank = list.Length - dropped;
        return rank == 0 ? zeros([list.Length, 1], float64) : vectors.narrow(1, dropped, rank) * values.narrow(0, dropped, rank).sqrt();
    }
}
