using Playground.Client.Contracts;

namespace Playground.Client.Pages.Trainings;

/// <summary>What people call the models that trainings go on from.</summary>
internal static class TrainingParents
{
    /// <summary>By the models' names; only those of trainings without a name of their own, which are named by them.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> TitlesAsync(IEnumerable<JobView> jobs, ISampling sampling)
    {
        var titles = new Dictionary<string, string>();
        foreach (var model in jobs.Select(j => j.RequestAs<TrainingRequest>()).Where(r => r.Name is null).Select(r => r.Model).Distinct())
            if (model is not null && await sampling.FindModelAsync(model, CancellationToken.None) is { } found) titles[model] = found.Title;
        return titles;
    }
}
