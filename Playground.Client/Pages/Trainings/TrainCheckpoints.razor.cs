using Microsoft.AspNetCore.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages.Trainings;

/// <summary>The checkpoints of a training, the newest first, and what can be done with each.</summary>
public sealed partial class TrainCheckpoints(ITrainings trainings)
{
    private long? _promoting;
    private string? _name;
    private string? _problem, _done;

    /// <summary>The training whose checkpoints these are.</summary>
    [Parameter, EditorRequired] public TrainingView Training { get; set; } = null!;

    /// <summary>A checkpoint has become a model.</summary>
    [Parameter] public EventCallback Promoted { get; set; }

    private Dictionary<string, object?> NameAttributes
        => new() { ["name"] = "name", ["aria-label"] = T["ModelName"].Value, ["autocomplete"] = "off" };

    /// <summary>Asks for the name of the model that a checkpoint is to become.</summary>
    public void Ask(long step)
    {
        (_promoting, _name, _problem, _done) = (step, "", null, null);
        StateHasChanged();
    }

    private async Task PromoteAsync()
    {
        _problem = null;
        try
        {
            var model = await trainings.PromoteAsync(Training.Job.Id, _promoting!.Value, _name?.Trim() ?? "", CancellationToken.None);
            if (model is null) _problem = T["CheckpointDeleted"];
            else (_done, _promoting) = (model.Name, null);
            await Promoted.InvokeAsync();
        }
        catch (RequestException e)
        {
            _problem = e.Message;
        }
    }
}
