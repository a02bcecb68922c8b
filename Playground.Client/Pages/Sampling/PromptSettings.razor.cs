using Microsoft.AspNetCore.Components;
using Playground.Client.Contracts;
using Playground.Client.Resources;

namespace Playground.Client.Pages.Sampling;

/// <summary>What only models that read text can be told: prompts, a size and LoRAs.</summary>
public sealed partial class PromptSettings(ISampling sampling, ILoras loras)
{
    private const int MaxLength = 20_000;

    private IReadOnlyList<LoraView> _loras = [];
    private PromptView? _read, _readNegative;
    private (string Model, TextSettings Settings)? _shown;

    /// <summary>What is chosen; changed in place.</summary>
    [Parameter, EditorRequired] public TextSettings Settings { get; set; } = new();

    /// <summary>The model, which reads text.</summary>
    [Parameter, EditorRequired] public ModelView Model { get; set; } = null!;

    private TextModelView Text => Model.Text!;

    private string Placeholder => Text.Prompts is [var first, ..] ? T["PromptExample", first] : T["PromptPlaceholder"];

    private int Width => Settings.Width ?? Model.SampleSize;

    private int Height => Settings.Height ?? Model.SampleSize;

    private int Least => Text.Multiple;

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (_shown == (Model.Name, Settings)) return;
        var isOther = _shown?.Model != Model.Name;
        var isSwitched = isOther && _shown?.Settings == Settings;
        _shown = (Model.Name, Settings);
        if (isOther) _loras = await loras.ListAsync(Model.Name, CancellationToken.None);
        if (isSwitched) TurnOff();
        _read = await ReadAsync(Settings.Prompt);
        _readNegative = await ReadAsync(Settings.NegativePrompt);
    }

    // Those of the model before, which this one cannot take: they could not be switched off any more.
    private void TurnOff()
    {
        foreach (var (name, setting) in Settings.Loras)
            if (!_loras.Any(l => l.Name == name && l.Problem is null)) setting.IsOn = false;
    }

    private async Task TypeAsync(string text)
    {
        Settings.Prompt = text ?? "";
        var read = await ReadAsync(Settings.Prompt);
        if (Settings.Prompt == (text ?? "")) _read = read;
    }

    private async Task TypeNegativeAsync(string text)
    {
        Settings.NegativePrompt = text ?? "";
        var read = await ReadAsync(Settings.NegativePrompt);
        if (Settings.NegativePrompt == (text ?? "")) _readNegative = read;
    }

    private async Task<PromptView?> ReadAsync(string prompt)
    {
        try
        {
            return await sampling.ReadPromptAsync(Model.Name, prompt, CancellationToken.None);
        }
        catch (RequestException)
        {
            // What is too long is said when it is sent.
            return null;
        }
    }

    private string? CountOf(PromptView? read) => read is null ? null : T["Tokens", read.Tokens, read.Limit].Value;

    private string? WarningOf(PromptView? read) => read is { Cut.Length: > 0 } && CutWords.Of(read.Cut) is var cut
        ? T["NotRead", cut.More == 0 ? cut.Shown : cut.Shown + " …"].Value
        : null;

    private string? ProblemOf(int side) => side % Text.Multiple == 0 ? null : T["SizeMultiple", side, Text.Multiple].Value;

    private LoraSetting SettingOf(string lora)
    {
        if (!Settings.Loras.TryGetValue(lora, out var setting)) Settings.Loras[lora] = setting = new LoraSetting();
        return setting;
    }

    private static Dictionary<string, object?> NameOf(string name) => new() { ["name"] = name };
}
