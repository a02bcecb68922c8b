using Microsoft.Extensions.Localization;
using Playground.Client.Contracts;
using Playground.Client.Resources;

namespace Playground.Client.Pages;

/// <summary>What the server says of jobs, in the reader's language.</summary>
public static class JobText
{
    /// <summary>Why a job failed or is paused; null where there is nothing to say. What has no code is in English.</summary>
    public static string? Error(JobView job, IStringLocalizer<JobTexts> texts) => Error(job.Error, job.ErrorRemarks, texts);

    /// <summary>Why something failed.</summary>
    /// <param name="error">In English; null: it did not fail.</param>
    /// <param name="remarks">The same by codes; empty where it has none.</param>
    /// <param name="texts">Where the words are from.</param>
    public static string? Error(string? error, IReadOnlyList<Remark> remarks, IStringLocalizer<JobTexts> texts)
        => remarks.Count == 0 ? error : string.Join(' ', remarks.Select(r => texts.Say($"Error_{r.Code}", r)));

    /// <summary>What a job is at; null where its steps say it. What this page has no words for is in English.</summary>
    /// <param name="job">The job.</param>
    /// <param name="texts">Where the words are from.</param>
    /// <param name="name">What the reader calls a combination of an evaluation, which the server calls by its English title.</param>
    public static string? Activity(JobView job, IStringLocalizer<JobTexts> texts, Func<string, string>? name = null)
    {
        if (job.ActivityRemark is not { } remark) return job.Activity;
        if (texts[$"Activity_{remark.Code}"] is not { ResourceNotFound: false } text) return remark.Text;
        if (remark.Values is not [var title, ..]) return text;
        var said = remark.Values is [_, var done, var all] ? texts["ActivityCount", text.Value, done, all] : text;
        return title.Length == 0 ? said : texts["ActivityOf", name?.Invoke(title) ?? title, said.Value];
    }
}
