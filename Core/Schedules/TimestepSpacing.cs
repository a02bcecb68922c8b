namespace Playground.Core.Schedules;

/// <summary>
/// Which of the T trained timesteps a run of n steps visits, noisiest first (Lin et al. 2023, table 2). Halves round to even.
/// </summary>
public static class TimestepSpacing
{
    /// <summary>The named spacing: <c>leading</c>, <c>linspace</c> or <c>trailing</c>.</summary>
    public static int[] Of(string name, int trained, int steps, int offset = 0)
    {
        if (steps < 1 || steps > trained) throw new PlaygroundException($"steps is {steps}; it must be 1 to {trained}, the number of timesteps that the model was trained on.");
        var timesteps = name switch
        {
            "leading" => Leading(trained, steps, offset),
            "linspace" => Linspace(trained, steps),
            "trailing" => Trailing(trained, steps),
            _ => throw new PlaygroundException($"timestep_spacing '{name}' is not known; use leading, linspace or trailing."),
        };
        return timesteps[0] < trained && timesteps[^1] >= 0
            ? timesteps
            : throw new PlaygroundException($"steps_offset {offset} puts timesteps outside 0 to {trained - 1}; use a smaller offset or fewer steps.");
    }

    public static int[] Leading(int trained, int steps, int offset = 0)
        => [.. Enumerable.Range(0, steps).Reverse().Select(i => i * (trained / steps) + offset)];

    public static int[] Linspace(int trained, int steps)
        => steps == 1 ? [0] : [.. Enumerable.Range(0, steps).Reverse().Select(i => (int)Math.Round(i * ((trained - 1) / (double)(steps - 1))))];

    public static int[] Trailing(int trained, int steps)
        => [.. Enumerable.Range(0, steps).Select(i => (int)Math.Round(trained - i * (trained / (double)steps)) - 1)];
}
