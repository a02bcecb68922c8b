using Playground.Client.Contracts;

namespace Playground.Server.Datasets.Inspection;

/// <summary>What was left out and why: all of it counted, the first of it named.</summary>
internal sealed class LeftOut
{
    private const int MaxNamed = 200, MaxReasons = 50, MaxName = 200;
    private readonly Dictionary<string, int> _reasons = [];
    private readonly List<DatasetLeftOut> _named = [];

    public IReadOnlyList<DatasetLeftOut> Named => _named;

    public int Count { get; private set; }

    public IReadOnlyList<DatasetCount> Reasons
        => [.. _reasons.OrderByDescending(r => r.Value).ThenBy(r => r.Key, StringComparer.Ordinal)
            .Select(r => new DatasetCount(r.Key, r.Value))];

    /// <param name="name">The entry's, as far as it may be shown.</param>
    /// <param name="kind">The reason in general, which is counted.</param>
    /// <param name="reason">The reason with its particulars; null: the same.</param>
    public void Add(string name, string kind, string? reason = null)
    {
        Count++;
        var key = _reasons.ContainsKey(kind) || _reasons.Count < MaxReasons ? kind : "other reasons";
        _reasons[key] = _reasons.GetValueOrDefault(key) + 1;
        if (_named.Count < MaxNamed) _named.Add(new DatasetLeftOut(Shown(name), reason ?? kind));
    }

    /// <summary>The commonest reasons in one sentence, for a data set that nothing was left of.</summary>
    public string Summary() => string.Join("; ", Reasons.Take(3).Select(r => $"{r.Count:N0} × {r.Name}"));

    // Control characters would reach logs and terminals.
    private static string Shown(string name)
    {
        var shown = string.Concat(name.EnumerateRunes().Take(MaxName).Select(r => System.Text.Rune.IsControl(r)
            || System.Text.Rune.GetUnicodeCategory(r) == System.Globalization.UnicodeCategory.Format ? "\ufffd" : r.ToString()));
        return shown.Length < name.Length ? shown + "…" : shown;
    }
}
