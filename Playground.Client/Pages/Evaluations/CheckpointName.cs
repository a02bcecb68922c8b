using System.Globalization;
using System.Text.RegularExpressions;

namespace Playground.Client.Pages.Evaluations;

/// <summary>A model's name, and where it names a training's checkpoint, which step that is of.</summary>
/// <param name="Family">The model's name, or the first eight digits of the training's id: the same for all of its checkpoints.</param>
/// <param name="Step">Null for an installed model.</param>
internal sealed partial record CheckpointName(string Family, long? Step)
{
    public static CheckpointName Parse(string model) => Checkpoint().Match(model) is { Success: true } match
        ? new CheckpointName(match.Groups[1].Value[..8], long.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture))
        : new CheckpointName(model, null);

    [GeneratedRegex(@"^training:([0-9a-f]{32})@([0-9]{1,9})\z")]
    private static partial Regex Checkpoint();
}
