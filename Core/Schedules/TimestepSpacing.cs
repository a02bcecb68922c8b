namespace Playground.Core.Schedules;

/// <summary>
/// Which of the T trained timesteps a run of n steps visits, noisiest first (Lin et al. 2023, table 2). Halves round to even.
/// </summary>
public static class TimestepSpacing
{
    /// <summary>The names that <c>timestep_spacing</c> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = ["leading", "linspace", "trailing"];

    /// <summary>The named spacing: <c>leading</c>, <c>linspace</c> or <c>trailing</c>.</summary>
    /// <exception cref="PlaygroundException">The name is unknown, or the timesteps would lie outside 0 to T − 1.</exception>
    public static int[] Of(string name, int trained, int steps, int offset = 0)
    {
        CheckSteps(trained, steps, trained);
        return CheckRange(name switch
        {
            "leading" => Leading(trained, steps, offset),
            "linspace" => Linspace(trained, steps),
            "trailing" => Trailing(trained, steps),
            _ => throw Unknown(name),
        }, trained, offset);
    }

    /// <summary>The same without rounding, for samplers that interpolate σ: linspace is fractional.</summary>
    public static float[] Fractional(string name, int trained, int steps, int offset = 0)
    {
        if (name != "linspace" || steps < 2) return [.. Of(name, trained, steps, offset).Select(t => (float)t)];
        CheckSteps(trained, steps, trained);
        return [.. Enumerable.Range(0, steps).Reverse().Select(i => (float)(i * ((trained - 1) / (double)(steps - 1))))];
    }

    /// <summary>
    /// As DPM-Solver and UniPC space: one point more for linspace and leading, whose last, 0, is left to the end of the run.
    /// </summary>
    /// <param name="name">The spacing.</param>
    /// <param name="trained">T.</param>
    /// <param name="steps">n.</param>
    /// <param name="offset">Added to every timestep of leading.</param>
    /// <param name="last">Timesteps from here on are not visited; T where all may be.</param>
    public static int[] Multistep(string name, int trained, int steps, int offset = 0, int? last = null)
    {
        CheckSteps(trained, steps, name == "trailing" ? trained : trained - 1);
        var end = last ?? trained;
        return CheckRange(name switch
        {
            "leading" => [.. Leading(end, steps + 1, offset)[..^1]],
            "linspace" => [.. Linspace(end, steps + 1)[..^1]],
            "trailing" => [.. Trailing(trained, steps, end)],
            _ => throw Unknown(name),
        }, trained, offset);
    }

    public static int[] Leading(int trained, int steps, int offset = 0)
        => [.. Enumerable.Range(0, steps).Reverse().Select(i => i * (trained / steps) + offset)];

    public static int[] Linspace(int trained, int steps)
        => steps == 1
            ? [0]
            : [.. Enumerable.Range(0, steps).Reverse().Select(i => (int)Math.Round(i * ((trained - 1) / (double)(steps - 1))))];

    public static int[] Trailing(int trained, int steps) => [.. Trailing(trained, steps, trained)];

    private static IEnumerable<int> Trailing(int trained, int steps, int end)
        => Enumerable.Range(0, steps).Select(i => (int)Math.Round(end - i * (trained / (double)steps)) - 1).TakeWhile(t => t >= 0);

    /// <summary>The timestep after the one at <paramref name="index"/>; −1 after the last.</summary>
    /// <param name="timesteps">The list.</param>
    /// <param name="index">0-based.</param>
    /// <param name="stride">
    /// Null: the next of the list. A number: that much less, whatever the list says, which is what diffusers' DDPM, DDIM and PNDM do
    /// with T / n and is wrong for linspace and trailing (huggingface/diffusers issues 11347 and 12633).
    /// </param>
    internal static int Next(IReadOnlyList<int> timesteps, int index, int? stride)
        => stride is { } s ? Math.Max(timesteps[index] - s, -1) : index + 1 < timesteps.Count ? timesteps[index + 1] : -1;

    private static void CheckSteps(int trained, int steps, int most)
    {
        if (steps < 1 || steps > most)
            throw new PlaygroundException(
                $"steps is {steps}; it must be 1 "
                    + $"to {most}, {(most == trained ? "the number of timesteps" : "one less than the timesteps")} that the model was "
                    + "trained on.");
    }

    private static int[] CheckRange(int[] timesteps, int trained, int offset)
        => timesteps[0] < trained && timesteps[^1] >= 0 ? timesteps
            : throw new PlaygroundException(
                $"steps_offset {offset} puts timesteps outside 0 to {trained - 1}; use a smaller offset or fewer steps.");

    private static PlaygroundException Unknown(string name)
        => new($"timestep_spacing '{name}' is not known; use leading, linspace or trailing.");
}
