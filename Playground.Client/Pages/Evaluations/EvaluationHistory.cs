using Playground.Client.Contracts;

namespace Playground.Client.Pages.Evaluations;

/// <summary>How one model's distance from one reference came along, over its evaluations.</summary>
/// <param name="Family">The model's name, or that of the training whose checkpoints they are.</param>
/// <param name="IsTraining">Whether the evaluations are of checkpoints of one training, ordered by their step.</param>
/// <param name="Count">Images per combination.</param>
/// <param name="DistanceName">What the distances are called.</param>
/// <param name="Points">At least two, in order.</param>
public sealed record EvaluationHistory(string Family, bool IsTraining, int Count, string? DistanceName,
    IReadOnlyList<EvaluationHistory.Point> Points)
{
    /// <param name="X">Training step, or the number of the evaluation.</param>
    /// <param name="Cell">The best combination.</param>
    /// <param name="Id">The evaluation's.</param>
    public sealed record Point(double X, EvaluationCell Cell, string Id);

    /// <summary>Only evaluations that can be compared are in one history: same reference, features, preprocessing and number of
    /// images.</summary>
    public static IReadOnlyList<EvaluationHistory> Of(IReadOnlyList<EvaluationView> evaluations)
    {
        var done = from view in evaluations.Reverse()
                   let request = view.Job.RequestAs<EvaluationRequest>()
                   let best = view.Cells.Where(c => c.Distance is not null).MinBy(c => c.Distance)
                   where request.Model is not null && best is not null && view.HasReport
                   select (view, request, best, name: CheckpointName.Parse(request.Model!));
        return
        [
            .. from e in done
               group e by (e.name.Family, e.request.Reference, e.request.Features, e.request.Preprocessing, e.request.Count) into family
               where family.Count() > 1
               let bySteps = family.All(e => e.name.Step is not null)
               select new EvaluationHistory(family.First().view.Training ?? family.Key.Family, bySteps, family.Key.Count,
               family.First().best.DistanceName,
                   [.. family.Select((e, i) => new Point(bySteps ? e.name.Step!.Value : i + 1, e.best, e.view.Job.Id)).OrderBy(p => p.X)]),
        ];
    }
}
