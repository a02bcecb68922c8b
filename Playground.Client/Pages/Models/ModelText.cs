using Microsoft.Extensions.Localization;
using Playground.Client.Contracts;
using Playground.Client.Resources;

namespace Playground.Client.Pages.Models;

/// <summary>Models in words.</summary>
internal static class ModelText
{
    private const int MostJobs = 5;

    public static string Weights(long count, IStringLocalizer<ModelsTexts> texts) => count switch
    {
        >= 1_000_000_000 => texts["WeightsBillion", count / 1e9],
        >= 1_000_000 => texts["WeightsMillion", count / 1e6],
        _ => texts["WeightsThousand", count / 1e3],
    };

    public static string Pictures(ModelView model, IStringLocalizer<ModelsTexts> texts)
    {
        string colors = model.Channels switch { 1 => texts["Grayscale"], 3 => texts["Color"], var n => texts["Channels", n] };
        return texts["Pictures", model.SampleSize, colors];
    }

    public static string Classes(ModelView model, IStringLocalizer<ModelsTexts> texts)
        => model.Text is { } text ? text.Kind ?? texts["ReadsText"]
            : model.Classes is { } n ? texts.Plural("Classes", n)
            : texts["Unconditional"];

    public static string Job(ModelJob job, IStringLocalizer<ModelsTexts> texts)
        => texts["JobState", texts[$"Kind_{job.Kind}"], texts[$"Status_{job.Status}"]];

    public static string InUse(ModelDetail detail, IStringLocalizer<ModelsTexts> texts)
        => texts.Plural("InUse", detail.Jobs.Count, string.Join(", ", detail.Jobs.Take(MostJobs).Select(j => Job(j, texts))));

    public static string ExportOf(string name) => $"api/v1/models/{Uri.EscapeDataString(name)}/export";

    public static string AddressOf(string name) => $"models/{Uri.EscapeDataString(name)}";

    public static string JobAddressOf(ModelJob job)
        => $"{job.Kind switch { JobKind.Training => "train", JobKind.Evaluation => "reports", _ => "jobs" }}/{job.Id}";
}
