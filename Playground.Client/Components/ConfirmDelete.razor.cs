using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Playground.Client.Components;

/// <summary>How somebody confirmed a deletion.</summary>
/// <param name="Force">Whether it is to be done although something depends on it.</param>
/// <param name="Name">The name that was typed; null where none was asked for.</param>
public sealed record DeleteConfirmation(bool Force, string? Name);

/// <summary>Asks before something is deleted for good: what goes, what stays, and what stands against it. Deletes it, and stays open with a
/// sentence where that fails.</summary>
public sealed partial class ConfirmDelete
{
    private static readonly Dictionary<string, object?> s_force = new() { ["name"] = "force" };

    private readonly string _form = $"d-{Guid.NewGuid():N}"[..10];
    private bool _force, _isBusy;
    private string? _name, _problem;

    /// <summary>What is deleted, and what is kept.</summary>
    [Parameter, EditorRequired] public string Text { get; set; } = "";

    /// <summary>What the button is called; null: Delete.</summary>
    [Parameter] public string? Button { get; set; }

    /// <summary>Why it cannot be deleted now; null: it can.</summary>
    [Parameter] public string? Blocked { get; set; }

    /// <summary>What depends on it, as a sentence to agree to; null: nothing does.</summary>
    [Parameter] public string? Warning { get; set; }

    /// <summary>The name that must be typed; null: none.</summary>
    [Parameter] public string? Name { get; set; }

    /// <summary>Deletes it, and returns why it could not be deleted; null: it is gone.</summary>
    [Parameter, EditorRequired] public Func<DeleteConfirmation, Task<string?>> Delete { get; set; } = _ => Task.FromResult<string?>(null);

    [CascadingParameter] private IMudDialogInstance Dialog { get; set; } = null!;

    /// <summary>Opens the dialog and waits for its end.</summary>
    /// <param name="dialogs">Where it is opened.</param>
    /// <param name="title">The question.</param>
    /// <param name="parameters">The dialog's parameters.</param>
    /// <returns>Whether it was deleted.</returns>
    public static async Task<bool> AskAsync(IDialogService dialogs, string title, DialogParameters<ConfirmDelete> parameters)
        => await (await dialogs.ShowAsync<ConfirmDelete>(title, parameters)).Result is { Canceled: false };

    private async Task DeleteAsync()
    {
        if (_isBusy) return;
        (_isBusy, _problem) = (true, null);
        try
        {
            _problem = await Delete(new DeleteConfirmation(_force, Name is null ? null : _name?.Trim()));
        }
        finally
        {
            _isBusy = false;
        }
        if (_problem is null) Dialog.Close(DialogResult.Ok(true));
    }
}
