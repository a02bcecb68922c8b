using Microsoft.AspNetCore.Components;
using MudBlazor;
using Playground.Client.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages;

/// <summary>One model: its card, its network, where it came from, its files, and what can be done with it.</summary>
public sealed partial class ModelsDetail(IModels models, IDialogService dialogs, NavigationManager navigation)
{
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
        var isDone = await RenameDialog.AskAsync(dialogs, $"Rename {Name}", new()
        {
            { d => d.Name, Name },
            { d => d.MaxLength, 64 },
            { d => d.Blocked, detail.Jobs.Count > 0 ? ModelText.InUse(detail) : null },
            { d => d.Confirm, detail.Model.Shipped ? Name : null },
            { d => d.ConfirmHint, "This model is included with Playground, and the guide refers to it by this name." },
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
        var files = $"{detail.Files.Count} files ({ModelText.Bytes(detail.Model.Bytes)})";
        var isGone = await ConfirmDelete.AskAsync(dialogs, $"Delete {Name}?", new()
        {
            { d => d.Text, $"This permanently deletes {files}. Generated images are kept." },
            { d => d.Blocked, detail.Jobs.Count > 0 ? ModelText.InUse(detail) : null },
            { d => d.Warning, dependents.Length > 0 ? $"Delete anyway. Derived models keep working: {dependents}." : null },
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

    private static IEnumerable<(string Term, string Value)> Architecture(ModelDetail detail)
    {
        var (model, network) = (detail.Model, detail.Architecture);
        yield return ("Weights", $"{model.Parameters:N0}");
        yield return ("Channels", string.Join(", ", network.BlockOutChannels));
        yield return ("Down blocks", string.Join(", ", network.DownBlockTypes));
        yield return ("Up blocks", string.Join(", ", network.UpBlockTypes));
        yield return ("Layers per block", $"{network.LayersPerBlock}");
        if (network.AttentionHeadDim is { } head) yield return ("Channels per head", $"{head}");
        yield return ("Time embedding", network.TimeEmbeddingType);
        if (network.NumClassEmbeds is { } rows)
            yield return ("Class embedding", $"{rows} rows{(model.Guides ? ", the last for no class" : "")}");
        yield return ("Prediction", network.PredictionType);
        yield return ("Schedule", network.BetaSchedule is { } schedule
            ? FormattableString.Invariant($"{schedule}, β {network.BetaStart:0.######} to {network.BetaEnd:0.######}")
            : "custom β");
        yield return ("Timesteps", $"{network.Timesteps}");
        yield return ("Scheduler", network.Scheduler);
    }
}
