using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Playground.Client.Components;

/// <summary>Another name for something.</summary>
/// <param name="Name">The new one.</param>
/// <param name="Confirm">The old one as it was typed; null where it was not asked for.</param>
public sealed record NewName(string Name, string? Confirm);

/// <summary>Asks for a name. Gives it, and stays open with a sentence where that fails.</summary>
public sealed partial class RenameDialog
{
    private readonly string _form = $"r-{Guid.NewGuid():N}"[..10];
    private string _name = "";
    private string? _confirm, _problem;
    private bool _isBusy;

    /// <summary>The present name, or the one to begin with.</summary>
    [Parameter, EditorRequired] public string Name { get; set; } = "";

    /// <summary>Most characters of a name.</summary>
    [Parameter] public int MaxLength { get; set; } = 100;

    /// <summary>What is asked for; null: a new name.</summary>
    [Parameter] public string? Label { get; set; }

    /// <summary>What is done with the name; null: it is renamed.</summary>
    [Parameter] public string? Button { get; set; }

    /// <summary>The nearest name that can be used, offered where one was refused; null: none is known.</summary>
    [Parameter] public Func<string, string>? Suggest { get; set; }

    /// <summary>Why it cannot be renamed now; null: it can.</summary>
    [Parameter] public string? Blocked { get; set; }

    /// <summary>The name that must be typed to confirm; null: none.</summary>
    [Parameter] public string? Confirm { get; set; }

    /// <summary>Why it must be typed.</summary>
    [Parameter] public string? ConfirmHint { get; set; }

    /// <summary>Renames it, and returns why it could not be renamed; null: it has the new name.</summary>
    [Parameter, EditorRequired] public Func<NewName, Task<string?>> Rename { get; set; } = _ => Task.FromResult<string?>(null);

    [CascadingParameter] private IMudDialogInstance Dialog { get; set; } = null!;

    /// <summary>Opens the dialog and waits for its end.</summary>
    /// <param name="dialogs">Where it is opened.</param>
    /// <param name="title">The question.</param>
    /// <param name="parameters">The dialog's parameters.</param>
    /// <returns>Whether it was renamed.</returns>
    public static async Task<bool> AskAsync(IDialogService dialogs, string title, DialogParameters<RenameDialog> parameters)
        => await (await dialogs.ShowAsync<RenameDialog>(title, parameters)).Result is { Canceled: false };

    /// <inheritdoc />
    protected override void OnInitialized() => _name = Name;

    private void Take(string name) => (_name, _problem) = (name, null);

    private async Task SaveAsync()
    {
        if (_isBusy) return;
        (_isBusy, _problem) = (true, null);
        try
        {
            _problem = await Rename(new NewName(_name.Trim(), Confirm is null ? null : _confirm?.Trim()));
        }
        finally
        {
            _isBusy = false;
        }
        if (_problem is null) Dialog.Close(DialogResult.Ok(true));
    }
}
