using Markdig;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Playground.Core.Checkpoints;

namespace Playground.Server.Models;

/// <summary>
/// A model's README as HTML. Whoever made the model wrote it, so nothing in it is trusted: raw HTML becomes text, links lead to web
/// pages only, and the images shown are those that lie beside it.
/// </summary>
internal static class ModelCard
{
    public const string FileName = "README.md";

    // Longer ones are cut: there are texts that take the square of their length.
    private const int MaxCharacters = 20_000;
    private const string CutOff = "\n\n*The rest of the card is in the model's README.md.*\n";
    private static readonly string[] s_schemes = [Uri.UriSchemeHttp, Uri.UriSchemeHttps, Uri.UriSchemeMailto];
    private static readonly MarkdownPipeline s_pipeline = new MarkdownPipelineBuilder().UseYamlFrontMatter().UsePipeTables().UseAutoLinks()
        .DisableHtml().Build();

    /// <summary>Null where the model has none.</summary>
    public static string? Read(ModelSummary model)
    {
        try
        {
            return Render(File.ReadAllText(Path.Combine(model.Folder, FileName)), model.Name,
                image => File.Exists(Path.Combine(model.Folder, image)));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <param name="markdown">The card.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="isThere">Whether an image of that name lies beside the card.</param>
    public static string Render(string markdown, string model, Func<string, bool> isThere)
    {
        if (markdown.Length > MaxCharacters) markdown = markdown[..MaxCharacters] + CutOff;
        try
        {
            var document = Markdown.Parse(markdown, s_pipeline);
            Tame(document, model, isThere);
            return document.ToHtml(s_pipeline);
        }
        catch (ArgumentException)
        {
            // Nested more deeply than any text that is meant to be read.
            return $"<pre>{System.Net.WebUtility.HtmlEncode(markdown)}</pre>";
        }
    }

    private static void Tame(MarkdownDocument document, string model, Func<string, bool> isThere)
    {
        // The page has its own first heading.
        foreach (var heading in document.Descendants<HeadingBlock>()) heading.Level = Math.Min(heading.Level + 1, 6);
        foreach (var link in document.Descendants<LinkInline>().ToList()) Mend(link, model, isThere);
        foreach (var link in document.Descendants<AutolinkInline>().ToList())
        {
            if (link.IsEmail || LeadsToWeb(link.Url)) Mark(link);
            else link.ReplaceBy(new LiteralInline(link.Url));
        }
    }

    private static void Mend(LinkInline link, string model, Func<string, bool> isThere)
    {
        link.GetDynamicUrl = null;
        var file = link.Url?.StartsWith("./", StringComparison.Ordinal) == true ? link.Url[2..] : link.Url;
        if (link.IsImage && ModelImages.IsName(file) && isThere(file!)) link.Url = ModelViews.AddressOf(model, file);
        else if (!link.IsImage && LeadsToWeb(link.Url)) Mark(link);
        else link.ReplaceBy(new ContainerInline());
    }

    private static bool LeadsToWeb(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && s_schemes.Contains(uri.Scheme);

    private static void Mark(MarkdownObject link) => link.GetAttributes().AddPropertyIfNotExist("rel", "nofollow noopener noreferrer");
}
