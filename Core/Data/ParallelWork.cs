using System.Runtime.ExceptionServices;

namespace Playground.Core.Data;

/// <summary>
/// Work on numbered items side by side. A fault is thrown as it was, not within an <see cref="AggregateException"/>, and of several the one
/// of the first item: the same input gives the same sentence.
/// </summary>
public static class ParallelWork
{
    /// <param name="count">Items, numbered from 0.</param>
    /// <param name="body">Done once for each item; after a fault, items behind it may be passed over.</param>
    /// <param name="ct">Stops it between items.</param>
    /// <param name="degree">Most items at once; null: as many as the machine likes.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static void For(int count, Action<int> body, CancellationToken ct = default, int? degree = null)
    {
        var (first, fault) = (int.MaxValue, default(ExceptionDispatchInfo));
        var faults = new Lock();
        var options = new ParallelOptions { CancellationToken = ct, MaxDegreeOfParallelism = degree ?? -1 };
        Parallel.For(0, count, options, (i, loop) =>
        {
            try
            {
                body(i);
            }
            catch (Exception e)
            {
                lock (faults)
                {
                    if (i < first) (first, fault) = (i, ExceptionDispatchInfo.Capture(e));
                }
                // Those before it still run: one of them may be the first.
                loop.Break();
            }
        });
        fault?.Throw();
    }
}
