using System.Globalization;
using Microsoft.Extensions.Localization;
using Playground.Client.Contracts;
using Playground.Client.Resources;

namespace Playground.Client.Pages.Trainings;

/// <summary>Numbers and states of trainings in words.</summary>
public static class TrainingText
{
    /// <summary>What people call a training: its own name, or one of its data and network.</summary>
    /// <param name="dataset">The data set's name.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="texts">Where the words are from.</param>
    /// <param name="parent">What people call the model that it goes on from; null: not known.</param>
    public static string Name(string dataset, TrainingRequest request, IStringLocalizer<TrainTexts> texts, string? parent = null)
        => request switch
        {
            { Name: { Length: > 0 } name } => name,
            { Model: { } model, Lora: not null } => texts["NameAdapters", dataset, parent ?? Model(model, texts)],
            { Model: { } model } => texts["NameFrom", dataset, parent ?? Model(model, texts)],
            _ => texts["Name", dataset, Preset(request.Preset ?? "", texts)],
        };

    /// <summary>An installed model's name, or words for a checkpoint of a training whose name is not known.</summary>
    public static string Model(string name, IStringLocalizer<TrainTexts> texts)
        => name.Split(':', '@') is ["training", { Length: 32 } id, var step]
            && long.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? texts["CheckpointName", id[..8], number.ToString("N0", CultureInfo.CurrentCulture)]
            : name;

    /// <summary>A network's name.</summary>
    public static string Preset(string name, IStringLocalizer<TrainTexts> texts)
        => texts[$"Preset_{name}"] is { ResourceNotFound: false } text ? text : name;

    public static string Weights(long count, IStringLocalizer<TrainTexts> texts)
        => count < 1_000_000 ? texts["WeightsThousand", count / 1e3] : texts["WeightsMillion", count / 1e6];

    public static string Time(double seconds, IStringLocalizer<TrainTexts> texts) => seconds switch
    {
        < 90 => texts["Seconds", Math.Max(1, seconds)],
        < 5400 => texts["Minutes", seconds / 60],
        < 172_800 => texts["Hours", seconds / 3600],
        _ => texts["Days", seconds / 86_400],
    };

    public static string Step(double seconds, IStringLocalizer<TrainTexts> texts)
        => seconds < 1 ? texts["StepMilliseconds", seconds * 1000] : texts["StepSeconds", seconds];

    public static string Loss(double? loss) => loss is { } value
        ? value.ToString(value < 0.1 ? "0.0000" : "0.000", CultureInfo.CurrentCulture) : "–";

    public static string Status(JobView job, IStringLocalizer<TrainTexts> texts) => job.Status switch
    {
        JobStatus.Queued => job.Position > 1 ? texts["StatusQueued", job.Position] : texts["StatusQueuedFirst"],
        JobStatus.Running when job.Step == 0 => texts["StatusStarting"],
        JobStatus.Running => texts["StatusRunning", job.Step, job.Steps],
        JobStatus.Paused => texts["StatusPaused", job.Step, job.Steps],
        JobStatus.Succeeded => texts.Plural("StatusDone", job.Step),
        JobStatus.Canceled => texts.Plural("StatusCanceled", job.Step),
        _ => texts.Plural("StatusFailed", job.Step),
    };
}
