using Playground.Core.Checkpoints;
using Playground.Core.Generation;
using Playground.Core.Pipelines;
using Playground.Core.Pipelines.StableDiffusion;
using Playground.Core.Text;
using static TorchSharp.torch;

namespace Playground.Core.Tests.TextToImage;

/// <summary>Stable Diffusion folders: their variants, what is written again, and what is refused.</summary>
public sealed class FolderTests : IDisposable
{
    private const string Weights = "unet/diffusion_pytorch_model.safetensors";

    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("folder-").FullName, "sd");

    public FolderTests()
    {
        foreach (var file in Directory.GetFiles(Recorded.At("sd1"), "*", SearchOption.AllDirectories))
        {
            var copy = At(Path.GetRelativePath(Recorded.At("sd1"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    [Fact]
    public void A_variant_loads()
    {
        File.Move(At(Weights), At("unet/diffusion_pytorch_model.fp16.safetensors"));
        Same();
    }

    [Fact]
    public void Shards_load()
    {
        using var scope = NewDisposeScope();
        var all = SafetensorsFile.Read(At(Weights));
        File.Delete(At(Weights));
        var (first, second) = (all.Take(50).ToDictionary(), all.Skip(50).ToDictionary());
        SafetensorsFile.Write(At("unet/diffusion_pytorch_model-00001-of-00002.safetensors"), first);
        SafetensorsFile.Write(At("unet/diffusion_pytorch_model-00002-of-00002.safetensors"), second);
        var map = first.Keys.Select(k => $"\"{k}\": \"diffusion_pytorch_model-00001-of-00002.safetensors\"")
            .Concat(second.Keys.Select(k => $"\"{k}\": \"diffusion_pytorch_model-00002-of-00002.safetensors\""));
        File.WriteAllText(At("unet/diffusion_pytorch_model.safetensors.index.json"), $"{{\"weight_map\": {{{string.Join(", ", map)}}}}}");
        Same();
        File.Delete(At("unet/diffusion_pytorch_model-00002-of-00002.safetensors"));
        Refuses("The shard 'diffusion_pytorch_model-00002-of-00002.safetensors'", "is missing");
    }

    [Fact]
    public void The_names_of_attention_before_diffusers_0_16_and_texts_without_their_prefix_load()
    {
        using var scope = NewDisposeScope();
        Rewrite("vae/diffusion_pytorch_model.safetensors", name => name.Contains("attentions", StringComparison.Ordinal)
            ? name.Replace(".to_q.", ".query.").Replace(".to_k.", ".key.").Replace(".to_v.", ".value.").Replace(".to_out.0.", ".proj_attn.")
            : name);
        Rewrite("text_encoder/model.safetensors", name => name["text_model.".Length..]);
        Same();
    }

    [Fact]
    public void What_is_saved_loads_again_and_draws_the_same()
    {
        var saved = Path.Combine(Path.GetDirectoryName(_folder)!, "saved");
        using (var model = StableDiffusionFolder.Load(_folder)) StableDiffusionFolder.Save(saved, model, type: ScalarType.Float16);
        var request = new SamplingRequest { Prompts = ["a red apple"], Count = 1, Steps = 3, Guidance = 7.5 };
        using var before = StableDiffusionFolder.Load(_folder);
        using var after = StableDiffusionFolder.Load(saved);
        Assert.Equal(SamplingRun.Execute(before, request).Values, SamplingRun.Execute(after, request).Values);
        Assert.Equal(before.Tokenizer.Encode("a photo of 3 cats"), after.Tokenizer.Encode("a photo of 3 cats"));
    }

    [Theory]
    [InlineData("StableDiffusionXLPipeline", "Stable Diffusion XL")]
    [InlineData("FluxPipeline", "Flux")]
    [InlineData("StableDiffusion3Pipeline", "Stable Diffusion 3")]
    [InlineData("SomethingNewPipeline", "another kind of model")]
    public void Another_pipeline_is_refused_by_name(string pipeline, string title)
    {
        Replace("model_index.json", "StableDiffusionPipeline", pipeline);
        Refuses($"This is {title} ({pipeline}), which is not supported");
    }

    [Fact]
    public void Half_of_a_folder_is_refused_and_what_is_missing_named()
    {
        Directory.Delete(At("vae"), recursive: true);
        Directory.Delete(At("tokenizer"), recursive: true);
        Refuses("lacks vae/config.json, tokenizer/");
    }

    [Fact]
    public void Parts_that_do_not_go_together_are_refused_and_both_named()
    {
        Replace("vae/config.json", "\"latent_channels\": 4", "\"latent_channels\": 16");
        Refuses("makes 4 channels, and the autoencoder has latents of 16");
        Replace("vae/config.json", "\"latent_channels\": 16", "\"latent_channels\": 4");
        Replace("text_encoder/config.json", "\"hidden_size\": 32", "\"hidden_size\": 64");
        Refuses("The U-Net reads texts of width 32 (cross_attention_dim), and the text encoder's are of 64");
        Replace("text_encoder/config.json", "\"hidden_size\": 64", "\"hidden_size\": 32");
        Replace("text_encoder/config.json", "\"vocab_size\": 624", "\"vocab_size\": 500");
        Refuses("The tokenizer has 624 tokens, and the text encoder knows 500");
    }

    [Fact]
    public void A_tokenizer_without_its_pairs_is_refused()
    {
        File.Delete(At("tokenizer/merges.txt"));
        Refuses("vocab.json with merges.txt");
        File.WriteAllText(At("tokenizer/merges.txt"), "#version: 0.2\n");
        Refuses("lacks <|startoftext|>, <|endoftext|> or its pairs");
    }

    [Fact]
    public void A_tokenizer_whose_pairs_were_cut_off_is_refused()
    {
        var pairs = File.ReadAllLines(At("tokenizer/merges.txt"));
        File.WriteAllLines(At("tokenizer/merges.txt"), pairs[..(pairs.Length / 2)]);
        Refuses("merges.txt is of another tokenizer, or was cut off");
    }

    [Fact]
    public void Weights_of_four_gigabytes_that_end_a_byte_early_are_refused_before_anything_is_read()
    {
        const long bytes = 4L << 30;
        var header = System.Text.Encoding.UTF8.GetBytes(
            $$$"""{"conv_in.weight":{"dtype":"F32","shape":[{{{bytes / 4}}}],"data_offsets":[0,{{{bytes}}}]}}""");
        using (var file = File.Create(At(Weights)))
        {
            file.Write(BitConverter.GetBytes((ulong)header.Length));
            file.Write(header);
            // Nothing but a size: the disk has no such bytes.
            file.SetLength(8 + header.Length + bytes - 1);
        }
        Refuses($"its tensors take {bytes} bytes, and the file holds {bytes - 1}");
    }

    [Fact]
    public void Pickled_weights_and_those_of_another_shape_are_refused()
    {
        Replace("unet/config.json", "\"cross_attention_dim\": 32", "\"cross_attention_dim\": 48");
        Replace("text_encoder/config.json", "\"hidden_size\": 32", "\"hidden_size\": 48");
        Refuses("do not fit its configuration");
        File.Move(At(Weights), At("unet/diffusion_pytorch_model.bin"));
        Refuses("is pickled");
    }

    [Fact]
    public void Weights_that_make_no_numbers_are_said_and_named()
    {
        using var scope = NewDisposeScope();
        var all = SafetensorsFile.Read(At(Weights)).ToDictionary();
        all["conv_out.bias"] = full(4, float.NaN);
        SafetensorsFile.Write(At(Weights), all);
        using var model = StableDiffusionFolder.Load(_folder);
        Assert.Contains("holds NaN or infinity", Assert.Throws<PlaygroundException>(
            () => SamplingRun.Execute(model, new SamplingRequest { Count = 1, Steps = 2 })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("((((unbalanced [brackets :1.2) )")]
    [InlineData("مرحبا بالعالم")]
    [InlineData("🍎🍏 \u0000\u0007 control")]
    [InlineData("10,000 characters")]
    public void Any_text_draws_an_image(string prompt)
    {
        using var model = StableDiffusionFolder.Load(_folder);
        if (prompt == "10,000 characters")
        {
            prompt = string.Concat(Enumerable.Repeat("red apple ", 1000));
            Assert.NotEqual("", model.Tokenize(prompt).Cut);
        }
        var result = SamplingRun.Execute(model, new SamplingRequest { Prompts = [prompt], Count = 1, Steps = 2, Guidance = 3 });
        Assert.All(result.Values, v => Assert.True(float.IsFinite(v)));
    }

    [Fact]
    public void Requests_that_do_not_fit_are_refused_with_the_limit()
    {
        using var model = StableDiffusionFolder.Load(_folder);
        var request = new SamplingRequest { Count = 1, Steps = 2 };
        Assert.Equal(["width is 33; it must be a multiple of 2, 2 to 256."], Said(request with { Width = 33 }));
        Assert.Equal(["clipSkip is 3; it must be 0 to 2, one less than the text encoder's layers."], Said(request with { ClipSkip = 3 }));
        Assert.Contains("the limit is 20,000", Assert.Single(Said(request with { Prompts = [new string('a', 20_001)] })),
            StringComparison.Ordinal);
        Assert.Contains("has no classes", Assert.Single(Said(request with { Classes = [1] })), StringComparison.Ordinal);

        IEnumerable<string> Said(SamplingRequest r) => r.Validate(model.Summary).Select(p => p.Message);
    }

    [Fact]
    public void Words_beyond_what_is_read_are_named()
    {
        using var model = StableDiffusionFolder.Load(_folder);
        var prompt = string.Join(' ', Enumerable.Repeat("cat", 75)) + " red house";
        Assert.Equal("red house", model.Tokenize(prompt).Cut);
        Assert.Equal("", model.Tokenize("a red house").Cut);
    }

    [Fact]
    public void Stressed_words_change_the_image_and_a_weight_of_1_does_not()
    {
        using var model = StableDiffusionFolder.Load(_folder);
        float[] Of(string prompt) => SamplingRun.Execute(model,
            new SamplingRequest { Prompts = [prompt], Count = 1, Steps = 2, Guidance = 5 }).Values;
        Assert.Equal(Of("a red apple"), Of("a (red:1.0) apple"));
        Assert.NotEqual(Of("a red apple"), Of("a (red:1.5) apple"));
    }

    [Fact]
    public void Emphasis_is_read_as_the_web_UI_reads_it()
    {
        Assert.Equal([new("a ", 1), new("red", 1.1), new(" apple", 1)], WeightedPrompt.Parse("a (red) apple"));
        Assert.Equal([new("a ", 1), new("b", 1.3)], WeightedPrompt.Parse("a (b:1.3)"));
        Assert.Equal([new("a ", 1.1), new("b", 1.1 * 1.3)], WeightedPrompt.Parse("(a (b:1.3))"));
        Assert.Equal([new("calm", 1 / 1.1)], WeightedPrompt.Parse("[calm]"));
        Assert.Equal([new("a (literal)", 1)], WeightedPrompt.Parse("a \\(literal\\)"));
        Assert.Equal([new("12:30 is a time", 1)], WeightedPrompt.Parse("12:30 is a time"));
    }

    private string At(string path) => Path.Combine(_folder, path);

    private void Replace(string file, string old, string now)
    {
        var text = File.ReadAllText(At(file));
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(At(file), text.Replace(old, now, StringComparison.Ordinal));
    }

    private void Rewrite(string file, Func<string, string> name)
        => SafetensorsFile.Write(At(file), SafetensorsFile.Read(At(file)).ToDictionary(t => name(t.Key), t => t.Value));

    private void Refuses(params string[] said)
    {
        var message = Assert.Throws<PlaygroundException>(() => ModelLoader.Load(_folder)).Message;
        Assert.All(said, s => Assert.Contains(s, message, StringComparison.Ordinal));
    }

    private void Same()
    {
        var request = new SamplingRequest { Prompts = ["a red apple"], Count = 1, Steps = 3, Guidance = 7.5 };
        using var expected = StableDiffusionFolder.Load(Recorded.At("sd1"));
        using var actual = (StableDiffusionModel)ModelLoader.Load(_folder);
        Assert.Equal(SamplingRun.Execute(expected, request).Values, SamplingRun.Execute(actual, request).Values);
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);
}
