using System.Globalization;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using Playground.Client.Components;
using Playground.Client.Contracts;
using Playground.Client.Resources;

namespace Playground.Client.Pages.Models;

/// <summary>One model: its card, its network, its origin, its files, and what can be done with it.</summary>
public sealed partial class ModelsDetail(IModels models, IDialogService dialogs, NavigationManager navigation)
{
    private const int MostNames = 100;
    private ModelDetail? _detail;
    private bool _looked;

    /// <summary>The model's name, from the address.</summary>
    [Parameter] public string Name { get; set; } = "";

    protected override async Task OnParametersSetAsync()
    {
        _detail = await models.FindAsync(Name, CancellationToken.None);
        _looked = true;
    }

    private async Task RenameAsync()
    {
        if (await RefreshAsync() is not { } detail) return;
        var name = Name;
        var isDone = await RenameDialog.AskAsync(dialogs, T["RenameTitle", Name], new()
        {
            { d => d.Name, Name },
            { d => d.MaxLength, 64 },
            { d => d.Blocked, detail.Jobs.Count > 0 ? ModelText.InUse(detail, T) : null },
            { d => d.Confirm, detail.Model.Shipped ? Name : null },
            { d => d.ConfirmHint, T["RenameIncluded"] },
            { d => d.Rename, to => RefusedAsync(async () =>
            {
                var change = new ModelRename { Name = to.Name, Confirm = to.Confirm };
                name = (await models.RenameAsync(Name, change, CancellationToken.None)).Name;
            }) },
        });
        if (isDone) navigation.NavigateTo(ModelText.AddressOf(name));
    }

    private async Task DeleteAsync()
    {
        if (await RefreshAsync() is not { } detail) return;
        var dependents = string.Join(", ", detail.Dependents);
        var isGone = await ConfirmDelete.AskAsync(dialogs, T["DeleteTitle", Name], new()
        {
            { d => d.Text, T.Plural("DeleteText", detail.Files.Count, ByteText.Of(detail.Model.Bytes)) },
            { d => d.Blocked, detail.Jobs.Count > 0 ? ModelText.InUse(detail, T) : null },
            { d => d.Warning, dependents.Length > 0 ? T["DeleteAnyway", dependents].Value : null },
            { d => d.Name, detail.Model.Shipped ? Name : null },
            { d => d.Delete, how => RefusedAsync(() => models.DeleteAsync(Name, how.Force, how.Name, CancellationToken.None)) },
        });
        if (isGone) navigation.NavigateTo("models");
    }

    // A job may have begun since the page was opened.
    private async Task<ModelDetail?> RefreshAsync() => _detail = await models.FindAsync(Name, CancellationToken.None);

    private static async Task<string?> RefusedAsync(Func<Task> action)
    {
        try
        {
            await action();
            return null;
        }
        catch (RequestException e)
        {
            return e.Message;
        }
    }

    private IEnumerable<(string Term, string Value)> Architecture(ModelDetail detail)
    {
        var (model, network) = (detail.Model, detail.Architecture);
        yield return (T["ArchWeights"], model.Parameters.ToString("N0", CultureInfo.CurrentCulture));
        yield return (T["ArchChannels"], string.Join(", ", network.BlockOutChannels));
        yield return (T["ArchDown"], string.Join(", ", network.DownBlockTypes));
        yield return (T["ArchUp"], string.Join(", ", network.UpBlockTypes));
        yield return (T["ArchLayers"], $"{network.LayersPerBlock}");
        if (network.AttentionHeadDim is { } head) yield return (T["ArchHead"], $"{head}");
        yield return (T["ArchTime"], network.TimeEmbeddingType);
        if (network.NumClassEmbeds is { } rows)
            yield return (T["ArchClass"], model.Guides ? T.Plural("ArchRowsGuided", rows) : T.Plural("ArchRows", rows));
        if (model.ClassNames is { Count: > 0 } names)
            yield return (T["ArchClassNames"], string.Join(", ", names.Take(MostNames)) + (names.Count > MostNames ? ", …" : ""));
        yield return (T["ArchPrediction"], network.PredictionType);
        yield return (T["ArchSchedule"], network.BetaSchedule is { } schedule
            ? T["ArchScheduleText", schedule, Number(network.BetaStart), Number(network.BetaEnd)]
            : T["ArchCustom"]);
        yield return (T["ArchTimesteps"], $"{network.Timesteps}");
        yield return (T["ArchScheduler"], network.Scheduler);
    }

    // A card usually has the same table, with a row for the steps.
    private bool ShowsTraining => _detail is { Training.Count: > 0 } detail
        && !(detail.Card is { } card && card.Contains("<td>steps</td>", StringComparison.OrdinalIgnoreCase));

    private static string Number(float value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
