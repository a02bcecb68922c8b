using Microsoft.AspNetCore.Components;
using MudBlazor;
using Playground.Client.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages.Trainings;

/// <summary>The checkpoints of a training, the newest first, and what can be done with each.</summary>
public sealed partial class TrainCheckpoints(ITrainings trainings, ISampling sampling, IDialogService dialogs)
{
    private string? _saved;

    /// <summary>The training whose checkpoints these are.</summary>
    [Parameter, EditorRequired] public TrainingView Training { get; set; } = null!;

    /// <summary>What people call it, of which a model's name is made.</summary>
    [Parameter, EditorRequired] public string Name { get; set; } = "";

    /// <summary>A checkpoint has become a model.</summary>
    [Parameter] public EventCallback Promoted { get; set; }

    // The first of those that are equal; null where there is nothing to choose from.
    private long? Lowest => Training.Checkpoints.Where(c => c.Validation is not null).ToList() is { Count: > 1 } validated
        ? validated.MinBy(c => c.Validation)!.Step
        : null;

    /// <summary>Asks for the name of the model that a checkpoint is to become, and saves it.</summary>
    /// <returns>The model's name; null: it was not saved.</returns>
    public async Task<string?> AskAsync(long step)
    {
        var taken = (await sampling.GetModelsAsync(CancellationToken.None)).Select(m => m.Name).ToList();
        string? saved = null;
        await RenameDialog.AskAsync(dialogs, T["SaveTitle", step], new()
        {
            { d => d.Name, ModelName.Suggest(Name, taken) },
            { d => d.MaxLength, ModelName.MaxLength },
            { d => d.Label, T["ModelName"].Value },
            { d => d.Button, T["Save"].Value },
            { d => d.Suggest, name => ModelName.Suggest(name, taken) },
            { d => d.Rename, async to =>
            {
                (saved, var problem) = await SaveAsync(step, to.Name);
                return problem;
            } },
        });
        if (saved is not null) await Promoted.InvokeAsync();
        return saved;
    }

    private async Task AskHereAsync(long step)
    {
        _saved = null;
        _saved = await AskAsync(step);
    }

    private async Task<(string? Saved, string? Problem)> SaveAsync(long step, string name)
    {
        try
        {
            var model = await trainings.PromoteAsync(Training.Job.Id, step, name, CancellationToken.None);
            return (model?.Name, model is null ? T["CheckpointDeleted"].Value : null);
        }
        catch (RequestException e)
        {
            return (null, e.Message);
        }
    }
}
