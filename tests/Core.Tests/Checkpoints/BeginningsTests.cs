using Playground.Core.Checkpoints;

namespace Playground.Core.Tests.Checkpoints;

/// <summary>What a model says of how to begin with it: prompts and a guidance.</summary>
public sealed class BeginningsTests
{
    [Fact]
    public void Prompts_are_read_as_a_few_lines_that_can_be_shown()
    {
        using var model = new TinyModel();
        Write(model, new ModelManifest { Guidance = 3, Prompts = ["red apple", "\u202e笑\n脸", " ", new string('x', 300)] });
        var manifest = ModelCatalog.Describe(model.Folder).Manifest;
        Assert.Equal(3, manifest.Guidance);
        Assert.Equal(["red apple", "笑脸", new string('x', ModelManifest.LongestPrompt)], manifest.ShownPrompts());
        Write(model, new ModelManifest { Prompts = [.. Enumerable.Range(0, 100).Select(i => $"{i}")] });
        Assert.Equal(["0", "1", "2", "3", "4", "5"], ModelCatalog.Describe(model.Folder).Manifest.ShownPrompts());
    }

    [Theory]
    [InlineData(-1, "playground.json: guidance is -1; it must be 0 to 20.")]
    [InlineData(1000, "playground.json: guidance is 1000; it must be 0 to 20.")]
    public void A_guidance_beyond_the_limits_is_refused(double guidance, string message)
    {
        using var model = new TinyModel();
        Write(model, new ModelManifest { Guidance = guidance });
        Assert.Equal(message, Assert.Throws<PlaygroundException>(() => ModelCatalog.Describe(model.Folder)).Message);
    }

    private static void Write(TinyModel model, ModelManifest manifest)
        => Json.Write(Path.Combine(model.Folder, "playground.json"), manifest);
}
