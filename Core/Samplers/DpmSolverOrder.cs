namespace Playground.Core.Samplers;

/// <summary>Which order a DPM-Solver++ step takes: lower at the start, where the history is short, and near the end.</summary>
internal static class DpmSolverOrder
{
    public static int At(SamplerSettings s, int index, int count, float sigmaNext, int history)
    {
        var few = s.LowerOrderFinal && count < 15;
        var most = index == count - 1 && (s.EulerAtFinal || few || sigmaNext == 0) ? 1 : index == count - 2 && few ? 2 : s.Order;
        return Math.Min(most, Math.Min(s.Order, history + 1));
    }
}
