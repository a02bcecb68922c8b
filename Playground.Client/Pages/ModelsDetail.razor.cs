using Microsoft.AspNetCore.Components;
using Playground.Client.Contracts;
using Radzen;

namespace Playground.Client.Pages;

/// <summary>One model: its card, its network, where it came from, its files, and what can be done with it.</summary>
public sealed partial class ModelsDetail(IModels models, DialogService dialogs, NavigationManager navigation)
{
    private ModelDetail? _detail;

    /// <summary>The model's name, from the address.</summary>
    [Parameter] public string Name { get; set; } = "";

    protected override async Task OnParametersSetAsync() => _detail = await models.FindAsync(Name, CancellationToken.None);

    private async Task RenameAsync()
    {
        if (await AskAsync<ModelsRename>($"Rename {Name}") is string name) navigation.NavigateTo(ModelText.AddressOf(name));
    }

    private async Task DeleteAsync()
    {
        if (await AskAsync<ModelsDelete>($"Delete {Name}") is true) navigation.NavigateTo("models");
    }

    // What holds for the model is asked again first: a job may have begun since the page was opened.
    private async Task<object?> AskAsync<TDialog>(string title) where TDialog : ComponentBase
    {
        _detail = await models.FindAsync(Name, CancellationToken.None);
        if (_detail is null) return null;
        return await dialogs.OpenAsync<TDialog>(title, new() { ["Detail"] = _detail }, new DialogOptions { Width = "min(30rem, 94vw)", CloseDialogOnOverlayClick = true });
    }

    private static IEnumerable<(string Term, string Value)> Architecture(ModelDetail detail)
    {
        var (model, network) = (detail.Model, detail.Architecture);
        yield return ("weights", $"{model.Parameters:N0}");
        yield return ("channels", string.Join(", ", network.BlockOutChannels));
        yield return ("down blocks", string.Join(", ", network.DownBlockTypes));
        yield return ("up blocks", string.Join(", ", network.UpBlockTypes));
        yield return ("layers per block", $"{network.LayersPerBlock}");
        if (network.AttentionHeadDim is { } head) yield return ("channels per head", $"{head}");
        yield return ("time embedding", network.TimeEmbeddingType);
        if (network.NumClassEmbeds is { } rows) yield return ("class embedding", $"{rows} rows{(model.Guides ? ", the last for no class" : "")}");
        yield return ("prediction", network.PredictionType);
        yield return ("schedule", network.BetaSchedule is { } schedule ? FormattableString.Invariant($"{schedule}, β {network.BetaStart:0.######} to {network.BetaEnd:0.######}") : "its own β");
        yield return ("timesteps", $"{network.Timesteps}");
        yield return ("scheduler", network.Scheduler);
    }
}
