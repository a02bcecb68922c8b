using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Playground.Client.Contracts;
using Playground.Server.Storage;

namespace Playground.Server.Gallery;

/// <summary>A place between two images in the order of a list, which stays right when others are added or deleted.</summary>
/// <param name="Saved">When the image before it was saved.</param>
/// <param name="Id">That image's.</param>
internal sealed record GalleryCursor(DateTimeOffset Saved, string Id)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Saved.UtcTicks}.{Id}");

    /// <exception cref="RequestException">No page gave it.</exception>
    public static GalleryCursor Parse(string text)
    {
        if (text.Split('.') is [var ticks, { Length: 32 } id]
            && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var time)
            && time <= DateTimeOffset.MaxValue.UtcTicks)
            return new GalleryCursor(new DateTimeOffset(time, TimeSpan.Zero), id);
        throw RequestException.Invalid("after", "after is not the next of an earlier page. Start over without it.");
    }
}

/// <summary>What a query means for the database.</summary>
internal static class GalleryFilter
{
    private const int MaxTake = 500, MaxText = 500, MaxWords = 16;

    /// <exception cref="RequestException">A value is out of its range.</exception>
    public static void Check(GalleryQuery query)
    {
        var problems = new List<(string, string)>();
        if (query.Take is < 1 or > MaxTake) problems.Add(("take", $"take is {query.Take}; it must be 1 to {MaxTake}."));
        if (query.Skip is < 0) problems.Add(("skip", $"skip is {query.Skip}; it must be 0 or more."));
        if (query.Rating is < 0 or > GalleryRules.MaxRating)
            problems.Add(("rating", $"rating is {query.Rating}; it must be 0 to {GalleryRules.MaxRating}."));
        if (query.Sort is not (null or GalleryQuery.Newest or GalleryQuery.Oldest))
            problems.Add(("sort", $"sort is '{query.Sort}'; it must be {GalleryQuery.Newest} or {GalleryQuery.Oldest}."));
        if (query.Text is { Length: > MaxText })
            problems.Add(("text", $"text has {query.Text.Length:N0} characters; the limit is {MaxText}."));
        if (problems.Count > 0) throw RequestException.Invalid(problems);
        if (query.After is { } after) GalleryCursor.Parse(after);
    }

    /// <summary>Those that match, in no order.</summary>
    public static IQueryable<GalleryImageRow> Matching(this PlaygroundDb db, string owner, GalleryQuery query)
    {
        var images = db.Set<GalleryImageRow>().Where(i => i.Owner == owner);
        images = query.Deleted == true ? images.Where(i => i.Deleted != null) : images.Where(i => i.Deleted == null);
        if (query.Board == GalleryQuery.NoBoard) images = images.Where(i => i.BoardId == null);
        else if (query.Board is { } board) images = images.Where(i => i.BoardId == board);
        if (query.Model is { } model) images = images.Where(i => i.Model == model);
        if (query.Dataset is { } dataset) images = images.Where(i => i.Dataset == dataset);
        if (query.Sampler is { } sampler) images = images.Where(i => i.Sampler == sampler);
        if (query.Seed is { } seed) images = images.Where(i => i.Seed == seed);
        if (query.Class is { } @class) images = images.Where(i => i.Class == @class);
        if (query.Run is { } run) images = images.Where(i => i.JobId == run);
        if (query.From is { } from) images = images.Where(i => i.Saved >= from);
        if (query.To is { } to) images = images.Where(i => i.Saved < to);
        if (query.Starred is { } starred) images = images.Where(i => i.IsStarred == starred);
        if (query.Rating is > 0) images = images.Where(i => i.Rating >= query.Rating);
        if (query.Tag is { } text)
        {
            var tag = GalleryRules.TagOf(text);
            images = images.Where(i => db.Set<GalleryTagRow>().Where(t => t.Owner == owner && t.Tag == tag).Select(t => t.ImageId)
                .Contains(i.Id));
        }
        foreach (var word in WordsOf(query.Text))
            images = images.Where(i => i.SearchText.Contains(word) || i.Note.ToLower().Contains(word)
                || db.Set<GalleryTagRow>().Any(t => t.ImageId == i.Id && t.Tag.Contains(word)));
        return images;
    }

    public static IQueryable<GalleryImageRow> InOrder(this IQueryable<GalleryImageRow> images, GalleryQuery query)
        => query.Sort == GalleryQuery.Oldest
            ? images.OrderBy(i => i.Saved).ThenBy(i => i.Id)
            : images.OrderByDescending(i => i.Saved).ThenByDescending(i => i.Id);

    /// <summary>Those that come after a place in the query's order.</summary>
    public static IQueryable<GalleryImageRow> After(this IQueryable<GalleryImageRow> images, GalleryQuery query, GalleryCursor place)
    {
        var (saved, id) = place;
        return query.Sort == GalleryQuery.Oldest
            ? images.Where(i => i.Saved > saved || (i.Saved == saved && string.Compare(i.Id, id) > 0))
            : images.Where(i => i.Saved < saved || (i.Saved == saved && string.Compare(i.Id, id) < 0));
    }

    // Invariant: the database compares what was lowered in the same way.
    private static IEnumerable<string> WordsOf(string? text)
        => text?.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct().Take(MaxWords) ?? [];
}
