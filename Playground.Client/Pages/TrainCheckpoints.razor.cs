using Microsoft.AspNetCore.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages;

/// <summary>The checkpoints of a training, the newest first, and what can be done with each.</summary>
public sealed partial class TrainCheckpoints(ITrainings trainings)
{
    private static readonly Dictionary<string, object?> s_name
        = new() { ["name"] = "name", ["aria-label"] = "Model name", ["autocomplete"] = "off" };

    private long? _promoting;
    private string? _name;
    private string? _problem, _done;

    /// <summary>The training whose checkpoints these are.</summary>
    [Parameter, EditorRequired] public TrainingView Training { get; set; } = null!;

    /// <summary>A checkpoint has become a model.</summary>
    [Parameter] public EventCallback Promoted { get; set; }

    private void Ask(long step) => (_promoting, _name, _problem, _done) = (step, "", null, null);

    private async Task PromoteAsync()
    {
        _problem = null;
        try
        {
            var model = await trainings.PromoteAsync(Training.Job.Id, _promoting!.Value, _name?.Trim() ?? "", CancellationToken.None);
            if (model is null) _problem = "The checkpoint was deleted.";
            else (_done, _promoting) = (model.Name, null);
            await Promoted.InvokeAsync();
        }
        catch (RequestException e)
        {
            _problem = e.Message;
        }
    }
}
