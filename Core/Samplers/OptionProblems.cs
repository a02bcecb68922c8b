namespace Playground.Core.Samplers;

/// <summary>Collects what of a request's sampler options cannot be used.</summary>
internal sealed class OptionProblems
{
    private readonly List<(string Field, string Message)> _found = [];

    /// <summary>Each with the option's key and a sentence.</summary>
    public IReadOnlyList<(string Field, string Message)> Found => _found;

    /// <summary>The option's key in a request, such as <c>sigmaMax</c>.</summary>
    public static string KeyOf(string option) => char.ToLowerInvariant(option[0]) + option[1..];

    /// <param name="option">A property of <see cref="SamplerOptions"/>.</param>
    /// <param name="message">A sentence.</param>
    public void Add(string option, string message) => _found.Add((KeyOf(option), message));

    /// <summary>Notes a text that is none of those allowed; null is left out, and fine.</summary>
    public void OneOf(string option, string? value, IReadOnlyList<string> allowed)
    {
        if (value is not null && !allowed.Contains(value))
            Add(option, $"{KeyOf(option)} is '{value}'; use {string.Join(", ", allowed)}.");
    }

    /// <summary>Notes a number that is not fine; null is left out, and fine.</summary>
    public void Need<T>(string option, T? value, Func<T, bool> fine, string allowed) where T : struct
    {
        if (value is { } v && !fine(v)) Add(option, FormattableString.Invariant($"{KeyOf(option)} is {v}; it must be {allowed}."));
    }
}
