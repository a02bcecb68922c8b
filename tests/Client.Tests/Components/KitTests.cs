using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Playground.Client.Components;

namespace Playground.Client.Tests.Components;

/// <summary>The smaller parts of the kit: what is there, under which name, and what is not.</summary>
public sealed class KitTests : ComponentTest
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Where_there_is_no_problem_there_is_nothing(string? text)
        => Assert.Equal("", Render<Problem>(p => p.Add(c => c.Text, text)).Markup.Trim());

    [Fact]
    public void A_problem_is_announced()
    {
        var problem = Render<Problem>(p => p.Add(c => c.Text, "The disk is full. Delete something.").Add(c => c.Id, "error"));
        Assert.Equal("The disk is full. Delete something.", One(problem, "#error[role=alert]").TextContent.Trim());
    }

    [Fact]
    public void A_drop_zone_takes_files_and_folders_by_inputs_that_their_labels_name()
    {
        var zone = Render<DropZone>(p => p.Add(z => z.Id, "drop").Add(z => z.Label, "Upload").Add(z => z.Multiple, true)
            .Add(z => z.Accept, ".zip")
            .Add(z => z.FilesText, "Choose files").Add(z => z.FolderText, "Choose a folder").Add(z => z.FilesId, "files")
                .Add(z => z.FolderId, "folder").Add(z => z.Hint, "Up to 5 GiB."));
        Assert.Equal("Upload", One(zone, "section#drop").GetAttribute("aria-label"));
        var files = One(zone, "label:has(#files) input[type=file]");
        Assert.True(files.HasAttribute("multiple"));
        Assert.Equal(".zip", files.GetAttribute("accept"));
        Assert.Equal("Choose files", One(zone, "label:has(#files)").TextContent.Trim());
        Assert.Equal("Choose a folder", One(zone, "label:has(#folder[webkitdirectory])").TextContent.Trim());
        Assert.Contains("Up to 5 GiB.", zone.Markup, StringComparison.Ordinal);
        Assert.NotEqual(default, zone.Instance.Zone);
        Assert.NotEqual(default, zone.Instance.Files);
        Assert.NotEqual(default, zone.Instance.Folder);
    }

    [Fact]
    public void A_drop_zone_without_a_name_for_folders_takes_none()
    {
        var zone = Render<DropZone>(p => p.Add(z => z.Label, "Image"));
        Assert.Single(zone.FindAll("input"));
        Assert.False(One(zone, "input").HasAttribute("multiple"));
    }

    [Fact]
    public void Progress_is_a_number_under_a_name_beside_the_state_in_words()
    {
        var progress = Render<JobProgress>(p => p.Add(j => j.Label, "Steps done").Add(j => j.StatusId, "status")
            .Add(j => j.Text, "Step 3 of 12").Add(j => j.Done, 3).Add(j => j.Total, 12));
        var bar = One(progress, "[role=progressbar]");
        Assert.Equal(("Steps done", "3", "12"), (bar.GetAttribute("aria-label"), bar.GetAttribute("aria-valuenow"),
            bar.GetAttribute("aria-valuemax")));
        Assert.Equal("Step 3 of 12", One(progress, "#status[role=status]").TextContent);
    }

    [Fact]
    public void Progress_of_what_has_ended_is_its_words_alone()
    {
        var progress = Render<JobProgress>(p => p.Add(j => j.Label, "Steps done").Add(j => j.Text, "Canceled").Add(j => j.Done, 3)
            .Add(j => j.Total, 12).Add(j => j.IsRunning, false));
        Assert.Empty(progress.FindAll("[role=progressbar]"));
        Assert.Contains("Canceled", progress.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20, 12.0, "12")]
    [InlineData(0, 0.0, "0")]
    public void Progress_stays_within_its_bar(double done, double total, string shown)
        => Assert.Equal(shown, One(Render<JobProgress>(p => p.Add(j => j.Label, "Done").Add(j => j.Done, done).Add(j => j.Total, total)),
            "[role=progressbar]").GetAttribute("aria-valuenow"));

    [Fact]
    public void Progress_towards_an_unknown_end_is_shown_as_such()
        => Assert.Single(Render<JobProgress>(p => p.Add(j => j.Label, "Checked")).FindAll(".mud-progress-indeterminate"));

    [Fact]
    public void Images_of_a_grid_have_one_size_and_their_own_texts()
    {
        var grid = Render<PictureGrid>(p => p.Add(g => g.Label, "Preview").Add(g => g.Id, "samples").Add(g => g.Side, 80)
            .Add(g => g.Pictures, [new("a.webp", "Image 1"), new("b.webp", "")]));
        Assert.Equal("Preview", One(grid, "ul#samples").GetAttribute("aria-label"));
        Assert.Equal([("a.webp", "Image 1", "80", "80"), ("b.webp", "", "80", "80")], grid.FindAll("li img")
            .Select(i => (i.GetAttribute("src"), i.GetAttribute("alt"), i.GetAttribute("width"), i.GetAttribute("height")))!);
    }

    [Fact]
    public void A_grid_may_have_the_same_image_twice()
    {
        var grid = Render<PictureGrid>(p => p.Add(g => g.Label, "Preview").Add(g => g.Pictures, [new("a.webp", ""), new("a.webp", "")]));
        grid.Render(p => p.Add(g => g.Pictures, [new("b.webp", ""), new("b.webp", ""), new("a.webp", "")]));
        Assert.Equal(["b.webp", "b.webp", "a.webp"], grid.FindAll("img").Select(i => i.GetAttribute("src"))!);
    }

    [Fact]
    public void Charts_are_an_element_for_the_script_to_draw_into()
    {
        var charts = Render<Charts>(p => p.Add(c => c.Id, "charts").Add(c => c.Label, "Loss"));
        Assert.Equal("Loss", One(charts, "#charts").GetAttribute("aria-label"));
        Assert.Equal("", One(charts, "#charts").InnerHtml);
        Assert.NotEqual(default, charts.Instance.Element);
    }

    [Fact]
    public void An_empty_state_says_what_will_be_there_and_the_way_to_it()
    {
        var empty = Render<EmptyState>(p => p.Add(e => e.Title, "No data sets yet").Add(e => e.ChildContent, "Upload images.")
            .Add(e => e.Action, "<a href='datasets'>Make one</a>"));
        Assert.Contains("No data sets yet", empty.Markup, StringComparison.Ordinal);
        Assert.Contains("Upload images.", empty.Markup, StringComparison.Ordinal);
        Assert.Equal("Make one", One(empty, "a[href=datasets]").TextContent);
        Assert.Empty(empty.FindAll("h1, h2, h3"));
    }

    [Fact]
    public void A_page_header_has_the_one_heading_that_takes_the_focus_and_the_way_back()
    {
        var header = Render<PageHeader>(p => p.Add(h => h.Title, "mnist").Add(h => h.BackTo, "models").Add(h => h.BackText, "Models")
            .Add(h => h.Actions, "<button>Export</button>"));
        Assert.Equal(("mnist", "-1"), (One(header, "h1").TextContent, One(header, "h1").GetAttribute("tabindex")));
        Assert.Equal("Models", One(header, "a[href=models]").TextContent.Trim());
        Assert.Single(header.FindAll("button"));
        Assert.Empty(Render<PageHeader>(p => p.Add(h => h.Title, "Models")).FindAll("a"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_fold_is_open_or_closed(bool open)
    {
        var fold = Render<Fold>(p => p.Add(f => f.Title, "Advanced").Add(f => f.Open, open).Add(f => f.ChildContent, "inside"));
        Assert.Equal(open, One(fold, "details").HasAttribute("open"));
        Assert.Equal("Advanced", One(fold, "summary").TextContent.Trim());
    }

    [Fact]
    public void What_is_missing_is_answered_with_404_where_there_is_a_request()
    {
        var http = new DefaultHttpContext();
        var missing = Render<CascadingValue<HttpContext>>(p => p.Add(c => c.Value, http).AddChildContent<Missing>(m => m
            .Add(c => c.Title, "Training").Add(c => c.Text, "There is no training 'x'.").Add(c => c.BackTo, "train")
                .Add(c => c.BackText, "Train")));
        Assert.Equal(404, http.Response.StatusCode);
        Assert.Equal("There is no training 'x'.", One(missing, "[role=alert]").TextContent.Trim());
        Assert.Equal("Train", One(missing, "a[href=train]").TextContent.Trim());
    }

    [Fact]
    public void A_text_field_hands_on_what_is_typed()
    {
        var texts = new List<string>();
        var field = Render<TextField>(p => p.Add(f => f.Label, "Name").Add(f => f.Name, "name").Add(f => f.MaxLength, 64)
            .Add(f => f.Problem, "It is taken.").Add(f => f.ValueChanged, texts.Add));
        var input = One(field, "input[name=name]");
        Assert.Equal("Name", One(field, $"label[for={input.Id}]").TextContent);
        Assert.Equal(("64", "true"), (input.GetAttribute("maxlength"), input.GetAttribute("aria-invalid")));
        Assert.Equal("It is taken.", One(field, $"#{input.GetAttribute("aria-describedby")}").TextContent);
        input.Change("digits");
        Assert.Equal(["digits"], texts);
    }
}
