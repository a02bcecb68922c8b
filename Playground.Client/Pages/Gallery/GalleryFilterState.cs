using System.Globalization;
using System.Text.Json;
using Playground.Client.Contracts;

namespace Playground.Client.Pages.Gallery;

/// <summary>Which images the page shows, as a visitor chose it; kept by the browser for as long as the tab is open.</summary>
public sealed record GalleryFilterState
{
    /// <summary>In place of a board: all images.</summary>
    public const string All = "";

    /// <summary>In place of a board: images on none.</summary>
    public const string Unsorted = GalleryQuery.NoBoard;

    /// <summary>In place of a board: starred images.</summary>
    public const string Starred = "starred";

    /// <summary>In place of a board: deleted images that can be restored.</summary>
    public const string Deleted = "deleted";

    private static readonly JsonSerializerOptions s_stored = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true };

    /// <summary>A board's id, or one of the constants.</summary>
    public string Place { get; init; } = All;

    /// <summary>Words to search for; null: none.</summary>
    public string? Text { get; init; }

    /// <summary>The model's name; null: any.</summary>
    public string? Model { get; init; }

    /// <summary>The data set's name; null: any.</summary>
    public string? Dataset { get; init; }

    /// <summary>The sampler's name; null: any.</summary>
    public string? Sampler { get; init; }

    /// <summary>A tag; null: any.</summary>
    public string? Tag { get; init; }

    /// <summary>The seed; null: any.</summary>
    public long? Seed { get; init; }

    /// <summary>The class; null: any.</summary>
    public int? Class { get; init; }

    /// <summary>At least so many stars; 0: any.</summary>
    public int Rating { get; init; }

    /// <summary>Saved on that day or later; null: whenever.</summary>
    public DateOnly? From { get; init; }

    /// <summary>Saved on that day or earlier; null: whenever.</summary>
    public DateOnly? To { get; init; }

    /// <summary>The run that made them; null: any.</summary>
    public string? Run { get; init; }

    /// <summary>Whether the oldest come first.</summary>
    public bool OldestFirst { get; init; }

    /// <summary>Whether anything but the place and the order is chosen.</summary>
    public bool HasFilters => this with { Place = All, OldestFirst = false } != new GalleryFilterState();

    /// <summary>The board's id; null where the place is none.</summary>
    public string? Board => Place is All or Unsorted or Starred or Deleted ? null : Place;

    /// <summary>The query as the contracts take it.</summary>
    public GalleryQuery ToQuery() => new()
    {
        Text = Text,
        Model = Model,
        Dataset = Dataset,
        Sampler = Sampler,
        Tag = Tag,
        Seed = Seed,
        Class = Class,
        Rating = Rating > 0 ? Rating : null,
        From = StartOf(From),
        To = StartOf(To?.AddDays(1)),
        Run = Run,
        Board = Board ?? (Place == Unsorted ? Unsorted : null),
        Starred = Place == Starred ? true : null,
        Deleted = Place == Deleted ? true : null,
        Sort = OldestFirst ? GalleryQuery.Oldest : null,
    };

    /// <summary>The query as the script asks the HTTP API for it.</summary>
    public string ToAddress()
    {
        var query = ToQuery();
        var values = new (string Name, object? Value)[]
        {
            ("text", query.Text), ("model", query.Model), ("dataset", query.Dataset), ("sampler", query.Sampler), ("tag", query.Tag),
            ("seed", query.Seed), ("class", query.Class), ("rating", query.Rating), ("from", query.From?.ToString("O")),
            ("to", query.To?.ToString("O")), ("run", query.Run), ("board", query.Board), ("starred", Lower(query.Starred)),
            ("deleted", Lower(query.Deleted)), ("sort", query.Sort),
        };
        return string.Join('&', values.Where(v => v.Value is not null)
            .Select(v => $"{v.Name}={Uri.EscapeDataString(Convert.ToString(v.Value, CultureInfo.InvariantCulture)!)}"));
    }

    /// <summary>As a browser keeps it.</summary>
    public string ToStored() => JsonSerializer.Serialize(this, s_stored);

    /// <summary>What a browser kept; the defaults where it is nothing of ours.</summary>
    public static GalleryFilterState OfStored(string? text)
    {
        try
        {
            return text is null ? new() : JsonSerializer.Deserialize<GalleryFilterState>(text, s_stored) ?? new();
        }
        catch (JsonException)
        {
            return new();
        }
    }

    private static string? Lower(bool? value) => value switch { true => "true", false => "false", null => null };

    // Days are those of the server, which on loopback is the visitor's.
    private static DateTimeOffset? StartOf(DateOnly? day)
        => day is { } d ? new DateTimeOffset(d.ToDateTime(TimeOnly.MinValue, DateTimeKind.Local)) : null;
}
